import { createHash } from 'node:crypto'

/** Every key starts with the four bytes of its space: 0 is the catalog, the rest are collections and indexes. */
export const CATALOG = 0
const RID_BYTES = 6

/** Keys `low <= key < high`. */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
}

export function spaceKey(space: number, rest?: Buffer): Buffer {
  const key = Buffer.allocUnsafe(4 + (rest?.length ?? 0))
  key.writeUInt32BE(space, 0)
  if (rest) key.set(rest, 4)
  return key
}

/** lmdb takes 1,978 bytes, and a record id may follow. */
const LONGEST_KEY = 1_952
const HASH_BYTES = 20
export const isLong = ({ length }: { readonly length: number }): boolean => length > LONGEST_KEY

/** Cuts a long key, which then ends in a hash: still equal for equal values only, and longer than any that is whole, but out of order. */
export function cutKey(key: Buffer): Buffer {
  if (!isLong(key)) return key
  const digest = createHash('sha256').update(key).digest()
  return Buffer.concat([key.subarray(0, LONGEST_KEY), digest.subarray(0, HASH_BYTES)])
}

/** All keys of a space. */
export const wholeSpace = (space: number): KeyRange => {
  return { low: spaceKey(space), high: spaceKey(space + 1) }
}

/** The record id in the last bytes of a key, or the value of a unique one. */
export const ridAtEnd = (bytes: Buffer): number =>
  bytes.readUIntBE(bytes.length - RID_BYTES, RID_BYTES)

export function withRid(key: Buffer, rid: number): Buffer {
  const whole = Buffer.allocUnsafe(key.length + RID_BYTES)
  whole.set(key, 0)
  whole.writeUIntBE(rid, key.length, RID_BYTES)
  return whole
}

/** The key of a document in its collection. */
export const recordKey = (space: number, rid: number): Buffer => withRid(spaceKey(space), rid)

/** The least key above every key that starts with `prefix`. */
export function after(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix)
  let last = next.length - 1
  while (last > 0 && next[last] === 0xff) last -= 1
  next[last] = (next[last] ?? 0) + 1
  return next.subarray(0, last + 1)
}
