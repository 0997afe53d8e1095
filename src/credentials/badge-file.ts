/**
 * A badge as a file: what may be in it and how large it may be. Limits are checked before anything is kept, so a hostile
 * file costs no more than an honest one.
 */
export const fileLimits = {
  /** A whole file, bytes. */
  file: 2 * 1024 * 1024,
  /** An SVG picture, bytes. */
  svg: 1024 * 1024,
  /** The credential inside a picture, and a pasted text, bytes. */
  chunk: 512 * 1024,
  /** Levels of nested objects and lists. */
  depth: 64,
  /** Objects, lists and values of one document together: what it costs to read grows with them. */
  parts: 20_000,
  /** Endorsements of one badge; badges of one record. */
  endorsements: 20,
  nested: 100,
} as const

/** Why a file is no badge that can be read; words are in `verification:file.*`. `isTooLarge` answers 413 instead of 422. */
export class BadgeFileError extends Error {
  constructor(
    readonly reason: FileFault,
    readonly isTooLarge = false,
  ) {
    super(reason)
    this.name = 'BadgeFileError'
  }
}

export const fileFaults = [
  'empty',
  'tooLarge',
  'chunkTooLarge',
  'svgTooLarge',
  'noCredential',
  'jpeg',
  'brokenPicture',
  'checksum',
  'truncated',
  'compressed',
  'brokenSvg',
  'doctype',
  'notUtf8',
  'byteOrderMark',
  'nul',
  'brokenText',
  'brokenJson',
  'tooDeep',
  'tooManyParts',
  'duplicateKey',
  'unsafeKey',
  'brokenJws',
  'notABadge',
  'unknownFormat',
  'link',
  'linkClosed',
  'linkMany',
  'tooManyEndorsements',
  'tooManyBadges',
] as const
export type FileFault = (typeof fileFaults)[number]

/** The ways a badge is put into a picture: by the keyword of a PNG chunk, the namespace of an SVG element. */
export const bakings = {
  'open-badge-3': {
    keyword: 'openbadgecredential',
    namespace: 'https://purl.imsglobal.org/ob/v3p0',
    element: 'credential',
  },
  clr: {
    keyword: 'clrcredential',
    namespace: 'https://purl.imsglobal.org/clr/v2p0',
    element: 'credential',
  },
  'open-badge-2': {
    keyword: 'openbadges',
    namespace: 'http://openbadges.org',
    element: 'assertion',
  },
} as const
export type Baking = keyof typeof bakings

/** What was found in a picture. A second credential in the same picture is never read. */
export interface Unbaked {
  readonly baking: Baking
  readonly text: string
  readonly hasMore: boolean
}
