/** What jsonld copies an active context with; one object that all its files call. */
interface Util {
  clone: (value: unknown) => unknown
}

/**
 * Lets copies of a JSON-LD context share their term definitions. jsonld copies every one of them, some hundreds, for each
 * thing whose type brings a context of its own, which is nearly everything in a badge: three fifths of the time a proof
 * took, and most of the memory. A definition never changes once it is made (test/credentials/share-terms freezes them all),
 * so the copy of a Map, which is what holds them and nothing else, is enough.
 */
export function shareTerms(util: Util): void {
  const deep = util.clone
  util.clone = (value) =>
    value instanceof Map ? new Map(value as Map<unknown, unknown>) : deep(value)
}
