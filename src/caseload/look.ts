/** When somebody last looked at a page: the look before this one, and the one that goes on. */
export interface Look {
  readonly before?: Date
  readonly at: Date
}

const halfHour = 30 * 60_000

/**
 * The look that goes on now. Looks within half an hour of each other are one: a page loaded again still says what is new. The
 * same object when nothing is to be written.
 */
export function lookAt(known: Look | undefined, now: Date): Look {
  if (!known) return { at: now }
  return now.getTime() - known.at.getTime() < halfHour ? known : { before: known.at, at: now }
}
