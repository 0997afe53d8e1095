import { setTimeout } from 'node:timers/promises'

/** Long enough to cover what either outcome does. */
const milliseconds = 150

/** Lets work that depends on whether an address is known end at the same time in both cases. */
export async function inEvenTime<T>(work: Promise<T>): Promise<T> {
  const [result] = await Promise.all([work, setTimeout(milliseconds)])
  return result
}
