import { BadgeFileError, fileLimits, type Baking, type Unbaked } from '../credentials/badge-file.js'
import { decodeUtf8, isPng, unbakePng } from '../credentials/png-bake.js'
import { strictJson, type Json } from './strict-json.js'
import { unbakeSvg } from '../credentials/svg-bake.js'

export type JsonRecord = Readonly<Record<string, Json>>

/** A compact JWS taken apart; nothing of it is believed yet. */
export interface Token {
  readonly compact: string
  readonly header: JsonRecord
  readonly claims: JsonRecord
}

/** What a file holds: a document, a token, the address of a hosted badge, a list (an export), or an exported chain. */
export type Payload =
  | { readonly kind: 'document'; readonly document: JsonRecord }
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'chain'; readonly html: string }

export type BadgeSource = 'json' | 'jws' | 'png' | 'svg' | 'html' | 'link'

export interface BadgeFile {
  readonly source: BadgeSource
  readonly payload: Payload
  /** Set for pictures: in which way the badge was baked. */
  readonly baking?: Baking
  /** The picture holds a second credential, which was not read. */
  readonly hasMore: boolean
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value when it is a text, else ''. */
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

const isJpeg = (bytes: Buffer) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff

/** What marks an exported chain; its reader is verify-chain.ts. */
const chainMarker = '<script type="application/json" id="chain-data">'

/**
 * Reads whatever somebody has of a badge: JSON, a JWS, a picture it is baked into, a web address, an exported chain. Told
 * by its bytes, never by its name. Throws BadgeFileError that says what is wrong; nothing in the file is run or fetched.
 */
export function readBadgeFile(bytes: Buffer): BadgeFile {
  if (bytes.length > fileLimits.file) throw new BadgeFileError('tooLarge', true)
  if (isPng(bytes)) return fromPicture('png', unbakePng(bytes))
  if (isJpeg(bytes)) throw new BadgeFileError('jpeg')
  return readBadgeText(decodeUtf8(bytes))
}

/** The same for text. */
export function readBadgeText(raw: string): BadgeFile {
  if (raw.startsWith('\uFEFF')) throw new BadgeFileError('byteOrderMark')
  if (raw.includes('\0')) throw new BadgeFileError('nul')
  const text = raw.trim()
  if (text === '') throw new BadgeFileError('empty')
  if (!text.startsWith('<')) return { ...fromText(text), hasMore: false }
  const isPage = /^<!doctype html|^<html/i.test(text)
  if (isPage && text.includes(chainMarker))
    return { source: 'html', payload: { kind: 'chain', html: text }, hasMore: false }
  if (isPage) throw new BadgeFileError('unknownFormat')
  return fromPicture('svg', unbakeSvg(text))
}

function fromPicture(source: 'png' | 'svg', unbaked: Unbaked | undefined): BadgeFile {
  if (!unbaked) throw new BadgeFileError('noCredential')
  const { payload } = fromText(unbaked.text.trim())
  if (payload.kind === 'list') throw new BadgeFileError('notABadge')
  return { source, payload, baking: unbaked.baking, hasMore: unbaked.hasMore }
}

function fromText(text: string): Pick<BadgeFile, 'source' | 'payload'> {
  if (/^[[{"]/.test(text)) return fromJson(strictJson(text))
  if (/^https?:\/\/\S{1,2000}$/i.test(text))
    return { source: 'link', payload: { kind: 'address', address: text } }
  if (/^[\w-]*(\.[\w-]*)+$/.test(text) && text.startsWith('e'))
    return { source: 'jws', payload: { kind: 'token', token: readToken(text) } }
  throw new BadgeFileError('unknownFormat')
}

function fromJson(value: Json): Pick<BadgeFile, 'source' | 'payload'> {
  if (isRecord(value)) return { source: 'json', payload: { kind: 'document', document: value } }
  if (Array.isArray(value)) {
    return { source: 'json', payload: { kind: 'list', items: value as readonly Json[] } }
  }
  if (typeof value === 'string' && !/^[\s[{"]/.test(value)) return fromText(value)
  throw new BadgeFileError('notABadge')
}

/** Takes a compact JWS apart. Throws BadgeFileError unless it has three parts, two of them JSON objects. */
export function readToken(compact: string): Token {
  const parts = compact.split('.')
  const [header, claims] = parts
  if (parts.length !== 3 || !header || !claims || !/^[\w-]+$/.test(header + claims))
    throw new BadgeFileError('brokenJws')
  return { compact, header: objectIn(header), claims: objectIn(claims) }
}

function objectIn(part: string): JsonRecord {
  const value = strictJson(decodeUtf8(Buffer.from(part, 'base64url')))
  if (!isRecord(value)) throw new BadgeFileError('brokenJws')
  return value
}

/** The JSON object that a fetched text holds; undefined for anything else. */
export function recordIn(text: string): JsonRecord | undefined {
  try {
    const value = strictJson(text)
    return isRecord(value) ? value : undefined
  } catch (error) {
    if (error instanceof BadgeFileError) return undefined
    throw error
  }
}
