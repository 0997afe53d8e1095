/**
 * A record to carry away whole: links in one order, each signed by whoever answers for it, and each holding the hash of the
 * link before. Changing a link breaks its signature; leaving one out, swapping two or adding one breaks the next link; and
 * the last link says how many there are, so that nothing can be cut off the end either.
 */
import { createHash } from 'node:crypto'
import type { JsonObject } from '../credentials/credential.js'
import type { IssuerOwner } from '../credentials/issuer.js'

export const chainFormat = 'waymark-chain/1'

/** One thing to say in the chain, before it is signed. `lines` are for people, `data` says the same for machines. */
export interface ChainEntry {
  readonly kind: string
  /** Who answers for it, and so signs it. */
  readonly owner: IssuerOwner
  readonly title: string
  readonly lines: readonly (readonly [term: string, text: string])[]
  readonly data: JsonObject
  /** The signed JWS that the link carries inside: a credential. */
  readonly credential?: string
}

/** What a link claims; `iss`, `iat` and perhaps `onBehalfOf` are added when it is signed. */
export interface LinkClaims extends JsonObject {
  readonly format: typeof chainFormat
  readonly chain: string
  /** 1, 2, 3 … */
  readonly position: number
  /** Hash of the link before; null in the first. */
  readonly previous: string | null
  /** Whose record it is. */
  readonly subject: string
  readonly kind: string
  readonly title: string
  readonly lines: readonly (readonly [string, string])[]
  readonly data: JsonObject
  readonly credential?: string
}

export const endKind = 'end'

/** How a link is named in the one after it: SHA-256 of its whole text. */
export const hashOfLink = (jws: string): string =>
  createHash('sha256').update(jws, 'ascii').digest('base64url')

/** The claims of the next link. */
export const linkClaims = (
  { kind, title, lines, data, credential }: Omit<ChainEntry, 'owner'>,
  place: Pick<LinkClaims, 'chain' | 'position' | 'previous' | 'subject'>,
): LinkClaims => ({
  format: chainFormat,
  ...place,
  kind,
  title,
  lines,
  data,
  ...(credential !== undefined && { credential }),
})

/** A public key the links were signed with, so that they can be checked without asking anybody. */
export interface ChainKey {
  readonly kid: string
  readonly jwk: Readonly<Record<string, string>>
}

/** What the file holds for machines. */
export interface ChainData {
  readonly format: typeof chainFormat
  readonly keys: readonly ChainKey[]
  readonly links: readonly string[]
}

const opening = '<script type="application/json" id="chain-data">'
const closing = '</script>'

/** The data as the element that the file carries it in. A JWS and a key hold no sign that HTML would read. */
export function dataElement(data: ChainData): string {
  const text = JSON.stringify(data)
  if (text.includes('<')) throw new Error('chain data must not hold markup')
  return `${opening}${text}${closing}`
}

/** Why a chain file is no good; words for each are in share.json. */
export const chainFaults = [
  'no-data',
  'two-data',
  'not-json',
  'changed-text',
  'changed-keys',
  'wrong-shape',
  'unreadable-link',
  'wrong-format',
  'bad-signature',
  'key-not-published',
  'issuer-unknown',
  'other-chain',
  'wrong-position',
  'broken-link',
  'other-person',
  'bad-credential',
  'after-end',
  'no-end',
] as const
export type ChainFault = (typeof chainFaults)[number]

const isText = (value: unknown): value is string => typeof value === 'string'

const isKey = (value: unknown): value is ChainKey => {
  if (typeof value !== 'object' || value === null) return false
  const { kid, jwk, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0 || !isText(kid) || typeof jwk !== 'object' || !jwk) return false
  const names = Object.keys(jwk).sort().join(' ')
  return ['e kty n', 'crv kty x', 'crv kty x y'].includes(names) && Object.values(jwk).every(isText)
}

/** The data of a chain file, or what is wrong with it. Nothing but the data element is looked at. */
export function readChainData(html: string): ChainData | ChainFault {
  const start = html.indexOf(opening)
  if (start < 0) return 'no-data'
  if (html.indexOf(opening, start + 1) >= 0) return 'two-data'
  const from = start + opening.length
  const end = html.indexOf('<', from)
  if (end < 0 || !html.startsWith(closing, end)) return 'changed-text'
  const text = html.slice(from, end)
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return 'not-json'
  }
  if (JSON.stringify(raw) !== text) return 'changed-text'
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return 'wrong-shape'
  const { format, keys, links, ...rest } = raw as Record<string, unknown>
  if (format !== chainFormat) return 'wrong-format'
  const fits =
    Object.keys(rest).length === 0 &&
    Array.isArray(keys) &&
    keys.every(isKey) &&
    Array.isArray(links) &&
    links.length > 0 &&
    links.every(isText)
  return fits ? (raw as ChainData) : 'wrong-shape'
}

const base64url = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** What a link claims, unproven; undefined when it is no JWS with claims of a link. */
export function claimsOfLink(jws: string): LinkClaims | undefined {
  if (!base64url.test(jws)) return undefined
  const parts = jws.split('.')
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    return undefined
  try {
    const bytes = Buffer.from(parts[1] ?? '', 'base64url')
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isLinkClaims(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

const isLine = (line: unknown): boolean =>
  Array.isArray(line) && line.length === 2 && line.every(isText)

function isLinkClaims(claims: unknown): claims is LinkClaims {
  if (typeof claims !== 'object' || claims === null) return false
  const { format, chain, position, previous, subject, kind, title, lines, data, credential } =
    claims as Record<string, unknown>
  return (
    format === chainFormat &&
    [chain, subject, kind, title].every(isText) &&
    Number.isInteger(position) &&
    (previous === null || isText(previous)) &&
    Array.isArray(lines) &&
    lines.every(isLine) &&
    typeof data === 'object' &&
    data !== null &&
    (credential === undefined || isText(credential))
  )
}

/** Whether a link stands where it should after the one before; undefined when it does. */
export function faultOfPlace(
  claims: LinkClaims,
  position: number,
  before: { readonly jws: string; readonly claims: LinkClaims } | undefined,
): ChainFault | undefined {
  if (before?.claims.kind === endKind) return 'after-end'
  if (before && before.claims.chain !== claims.chain) return 'other-chain'
  if (before && before.claims.subject !== claims.subject) return 'other-person'
  if (claims.position !== position) return 'wrong-position'
  return claims.previous === (before ? hashOfLink(before.jws) : null) ? undefined : 'broken-link'
}

/** Whether the chain ends as it says; undefined when it does. */
export function faultOfEnd(last: LinkClaims | undefined): ChainFault | undefined {
  return last?.kind === endKind && last.data['links'] === last.position ? undefined : 'no-end'
}
