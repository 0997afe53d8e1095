import { BadgeFileError, fileLimits } from '../credentials/badge-file.js'

/** JSON as it comes: what is read out of it is checked where it is used. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

interface Level {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined
}

const stringEnd = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '\\') at += 1
    else if (sign === '"') return at
  }
  throw new BadgeFileError('brokenJson')
}

const keyIn = (literal: string): string => {
  try {
    return String(JSON.parse(literal))
  } catch {
    throw new BadgeFileError('brokenJson')
  }
}

/**
 * Walks the text once before it is parsed: JSON.parse would keep the last of two equal keys in silence, so a reader and a
 * signer could see two different badges, and a deep or huge document would cost memory first.
 */
function refuseUnsafe(text: string): void {
  const levels: Level[] = []
  let parts = 0
  let isKey = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = stringEnd(text, at)
        const keys = levels.at(-1)?.keys
        if (isKey && keys) keep(keys, keyIn(text.slice(at, end + 1)))
        isKey = false
        at = end
        break
      }
      case '{':
      case '[':
        isKey = text[at] === '{'
        levels.push({ keys: isKey ? new Set() : undefined })
        parts += 1
        break
      case '}':
      case ']':
        levels.pop()
        isKey = false
        break
      case ',':
        isKey = levels.at(-1)?.keys !== undefined
        parts += 1
        break
    }
    if (levels.length > fileLimits.depth) throw new BadgeFileError('tooDeep')
    if (parts > fileLimits.parts) throw new BadgeFileError('tooManyParts')
  }
}

function keep(keys: Set<string>, key: string): void {
  if (key === '__proto__') throw new BadgeFileError('unsafeKey')
  if (keys.has(key)) throw new BadgeFileError('duplicateKey')
  keys.add(key)
}

const loneSurrogate = /\p{Surrogate}/u

function refuseBrokenText(value: Json): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new BadgeFileError('nul')
    if (loneSurrogate.test(value)) throw new BadgeFileError('brokenText')
  } else if (Array.isArray(value)) value.forEach(refuseBrokenText)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      refuseBrokenText(key)
      refuseBrokenText(inner)
    }
}

/** Reads JSON of a badge. Throws BadgeFileError when it can be read in two ways, is too deep or too large, or is broken. */
export function strictJson(text: string): Json {
  if (text.startsWith('\uFEFF')) throw new BadgeFileError('byteOrderMark')
  if (text.includes('\0')) throw new BadgeFileError('nul')
  refuseUnsafe(text)
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    throw new BadgeFileError('brokenJson')
  }
  refuseBrokenText(value)
  return value
}
