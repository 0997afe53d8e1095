/** MongoDB's names of the codes that have one; the others are called `Location<code>`. */
const NAMES = new Map(
  `2 BadValue, 8 UnknownError, 9 FailedToParse, 13 Unauthorized, 14 TypeMismatch, 16 InvalidLength, 20 IllegalOperation,
  26 NamespaceNotFound, 27 IndexNotFound, 28 PathNotViable, 40 ConflictingUpdateOperators, 43 CursorNotFound, 48 NamespaceExists,
  50 MaxTimeMSExpired, 52 DollarPrefixedFieldName, 53 InvalidIdField, 54 NotSingleValueField, 56 EmptyFieldName,
  59 CommandNotFound, 66 ImmutableField, 67 CannotCreateIndex, 72 InvalidOptions, 73 InvalidNamespace, 85 IndexOptionsConflict,
  86 IndexKeySpecsConflict, 91 ShutdownInProgress, 115 CommandNotSupported, 123 NotAReplicaSet, 168 InvalidPipelineOperator,
  171 CannotIndexParallelArrays, 175 QueryPlanKilled, 197 InvalidIndexSpecificationOption, 237 CursorKilled,
  292 QueryExceededMemoryLimitNoDiskUseAllowed, 10334 BSONObjectTooLarge, 11000 DuplicateKey, 12051 CursorInUse`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [code: string, name: string]),
)

/** A refusal as MongoDB gives it; the server answers it as `{ ok: 0, code, codeName, errmsg, ...extra }`. */
export class CommandError extends Error {
  readonly codeName: string

  constructor(
    readonly code: number,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'CommandError'
    this.codeName = NAMES.get(String(code)) ?? `Location${code}`
  }
}

/** Refuses with this code unless the condition holds. */
export function insist(condition: unknown, code: number, message: string): asserts condition {
  if (!condition) throw new CommandError(code, message)
}

export const notSupported = (what: string) =>
  new CommandError(115, `${what} is not supported by this server`)
