/** A refusal as MongoDB words it: storage turns it into `{ ok: 0, code, codeName, errmsg, ...extra }`. */
export class CommandError extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'CommandError'
  }
}

export const badValue = (message: string) => new CommandError(2, 'BadValue', message)
export const failedToParse = (message: string) => new CommandError(9, 'FailedToParse', message)
export const typeMismatch = (message: string) => new CommandError(14, 'TypeMismatch', message)

/** Errors MongoDB raises by location only: the code name is `Location<code>`. */
export const located = (code: number, message: string) =>
  new CommandError(code, `Location${code}`, message)

export const notSupported = (what: string) =>
  new CommandError(115, 'CommandNotSupported', `${what} is not supported by this server`)
