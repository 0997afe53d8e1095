/**
 * A bitstring status list (W3C Bitstring Status List 1.0): one bit for each copy, set once the copy no longer counts. Bit i
 * is in byte i >> 3, counted from the left. At least 131,072 bits, so that asking about one tells little about anybody.
 */
import { gunzipSync, gzipSync } from 'node:zlib'

export const listBits = 131_072
const listBytes = listBits / 8

/** Larger lists than this, unpacked, are refused: 16 times the usual length. */
const mostBytes = 16 * listBytes

export const emptyBits = (): Uint8Array => new Uint8Array(listBytes)

/** The bits as `encodedList` wants them: `u`, then base64url without padding of the gzipped bytes. */
export const encodeList = (bits: Uint8Array): string => `u${gzipSync(bits).toString('base64url')}`

export type ListFault = 'unreadable' | 'too-large' | 'too-short'

/**
 * The bits of an `encodedList`; without the `u` too (StatusList2021). Says why when it can't be unpacked, would be larger
 * than 256 kB, or is shorter than 131,072 bits.
 */
export function decodeList(text: string): Uint8Array | ListFault {
  const packed = text.startsWith('u') ? text.slice(1) : text
  if (!/^[\w-]+={0,2}$/.test(packed)) return 'unreadable'
  try {
    const bits = gunzipSync(Buffer.from(packed, 'base64url'), { maxOutputLength: mostBytes })
    return bits.length < listBytes ? 'too-short' : bits
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'too-large'
      : 'unreadable'
  }
}

/** The bit at this index; undefined beyond the end. */
export function bitAt(list: Uint8Array, index: number): boolean | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= list.length * 8) return undefined
  return ((list[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
}

/** A copy of the bits with these set. */
export function withBits(list: Uint8Array, indices: readonly number[]): Uint8Array {
  const bits = Uint8Array.from(list)
  for (const index of indices) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
  return bits
}

/** What a `BitstringStatusListEntry` says: which bit of which list, and what it means when set. */
export interface StatusEntry {
  readonly list: string
  readonly index: number
  readonly purpose: string
}

/** Reads a credential's `credentialStatus`; undefined when it is of another type or not whole. */
export function entryOf(status: unknown): StatusEntry | undefined {
  const entry = (status ?? {}) as Readonly<Record<string, unknown>>
  const { type, statusListCredential: list, statusListIndex, statusPurpose } = entry
  const index = Number(statusListIndex)
  const isText = typeof statusListIndex === 'string' || typeof statusListIndex === 'number'
  return type === 'BitstringStatusListEntry' &&
    typeof list === 'string' &&
    isText &&
    /^\d{1,9}$/.test(String(statusListIndex)) &&
    typeof statusPurpose === 'string'
    ? { list, index, purpose: statusPurpose }
    : undefined
}

export type StatusWhy =
  | 'not-an-entry'
  | 'revoked'
  | 'list-unreachable'
  | 'purpose-mismatch'
  | 'index-out-of-range'
  | ListFault

export interface StatusCheck {
  readonly outcome: 'pass' | 'fail' | 'not_checked'
  readonly why?: StatusWhy
}

/** What the bits of a list with this purpose say about an entry. */
export function statusIn(
  bits: Uint8Array | ListFault,
  listPurpose: unknown,
  entry: StatusEntry,
): StatusCheck {
  if (typeof bits === 'string') return { outcome: 'fail', why: bits }
  if (![listPurpose].flat().includes(entry.purpose))
    return { outcome: 'fail', why: 'purpose-mismatch' }
  const bit = bitAt(bits, entry.index)
  if (bit === undefined) return { outcome: 'fail', why: 'index-out-of-range' }
  return bit ? { outcome: 'fail', why: 'revoked' } : { outcome: 'pass' }
}
