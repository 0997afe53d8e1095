/**
 * Keeps what `read` gave for as long as `mark` stays the same: for rows that are only ever added, asked for on every
 * page. `mark` is asked each time, so another process's addition is seen at once. Callers share the value.
 */
export function keptWhile<T>(
  mark: () => Promise<string>,
  read: () => Promise<T>,
): () => Promise<T> {
  let kept: { readonly mark: string; readonly value: T } | undefined
  return async () => {
    const now = await mark()
    if (kept?.mark !== now) kept = { mark: now, value: await read() }
    return kept.value
  }
}
