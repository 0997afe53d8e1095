/** Text as it is compared and searched: lower case, without accents. */
export const fold = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** A name as it is sorted and found by its beginning: folded, without doubled spaces. */
export const foldName = (name: string): string => fold(name).replace(/\s+/g, ' ').trim()
