const duplicateKey = 11_000

/** True for a write that a unique index refused: the record is there already. */
export const isDuplicateKey = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === duplicateKey

interface WriteError {
  readonly code: number
  readonly index: number
}

/**
 * Of a batch that was inserted unordered: the places of those that were there already. Throws the error again when anything
 * else went wrong.
 */
export function duplicatesIn(error: unknown): Set<number> {
  const { writeErrors } = (error ?? {}) as { writeErrors?: WriteError | WriteError[] }
  const failed = writeErrors === undefined ? [] : [writeErrors].flat()
  if (failed.length === 0 || failed.some(({ code }) => code !== duplicateKey)) throw error
  return new Set(failed.map(({ index }) => index))
}
