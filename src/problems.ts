/** One field of the input that is wrong, with words for the person who typed it. */
export interface FieldError {
  readonly field: string
  /** Plain words, or a locale key that `params` fill. */
  readonly message: string
  readonly params?: Readonly<Record<string, string | number>>
}

export type ProblemKind =
  | 'malformed'
  | 'invalid'
  | 'refused'
  | 'too-large'
  | 'too-many'
  | 'not-signed-in'
  | 'not-allowed'
  | 'not-found'
  | 'gone'

/**
 * What a person did cannot be done, and why. Thrown anywhere; only http/errors.ts knows statuses.
 * `message` is a locale key (`feature:section.key`) or plain words; `params` fill the key.
 */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    readonly errors: readonly FieldError[] = [],
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(message)
    this.name = 'Problem'
  }
}

/** The input cannot be read at all: broken JSON, wrong encoding. 400 */
export const malformed = (message: string, errors: FieldError[] = []) =>
  new Problem('malformed', message, errors)

/** The input was read and breaks a rule; names each field. 422 */
export const invalid = (errors: FieldError[], message = 'http:problem.invalid') =>
  new Problem('invalid', message, errors)

/** Right input at the wrong moment: settled already, duplicate, wrong state. 409 */
export const refused = (message: string, params: Record<string, string | number> = {}) =>
  new Problem('refused', message, [], params)

/** Larger than the limit that the message names. 413 */
export const tooLarge = (message: string, params: Record<string, string | number> = {}) =>
  new Problem('too-large', message, [], params)

/** Too many tries; `params.seconds` says when to try again. 429 */
export const tooMany = (seconds: number) =>
  new Problem('too-many', 'http:problem.tooMany', [], { seconds })

/** 401; a page leads to sign-in and back. */
export const notSignedIn = () => new Problem('not-signed-in', 'http:problem.notSignedIn')

/** 403: known, but not for this person. */
export const notAllowed = (message = 'http:problem.notAllowed') =>
  new Problem('not-allowed', message)

/** 410: a link that worked once and does not any more; the message says what to do instead. */
export const gone = (message: string) => new Problem('gone', message)

/** 404: unknown, or not even its existence is for this person. */
export const notFound = (message = 'http:problem.notFound') => new Problem('not-found', message)
