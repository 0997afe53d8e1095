/**
 * A document for people, before it is set as PDF: headings, paragraphs, lists and tables of plain words. Also says which
 * words the embedded font can write; all others are left to the font of whoever reads.
 */

/** `sub` is smaller, below; `level` shows the sign of an evidence level before the words. */
export interface PaperCell {
  readonly text: string
  readonly sub?: string
  readonly href?: string
}

export type PaperPart =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly href?: string }
  | {
      readonly kind: 'list'
      readonly items: readonly { readonly label: string; readonly text: string }[]
    }
  | {
      readonly kind: 'table'
      readonly columns: readonly { readonly label: string; readonly share: number }[]
      readonly rows: readonly (readonly PaperCell[])[]
    }

export interface Paper {
  readonly language: 'en' | 'es'
  /** Of the document: also its name in the reader's window. */
  readonly title: string
  readonly subject: string
  readonly author: string
  /** Above the heading: who issues it. */
  readonly eyebrow: string
  readonly heading: string
  readonly lead: string
  readonly parts: readonly PaperPart[]
  /** At the foot of each page, filled with its number: `{page}` of `{pages}`. */
  readonly foot: string
}

const leftToRight =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]*$/u
const unwritten = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u

/**
 * True when the embedded font writes these words as they should be: Latin, Cyrillic or Greek, and a shape for every sign.
 * Other scripts run the other way or join their letters, which needs more than shapes.
 */
export const isWritable = (text: string, hasShape: (codePoint: number) => boolean): boolean =>
  leftToRight.test(text) &&
  !unwritten.test(text) &&
  Array.from(text).every((sign) => hasShape(sign.codePointAt(0) ?? 0))

/** Words on one line, without signs that control how a page is set; the words themselves stay as they are. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
