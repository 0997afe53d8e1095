export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Same id, same mail: a receiver may drop the second. */
  readonly messageId: string
}

/** The outside world: everything a use-case may touch besides the stores. */
export interface Ports {
  now(): Date
  sendMail(mail: Mail): Promise<void>
}
