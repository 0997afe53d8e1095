import { crc32 } from 'node:zlib'
import { BadgeFileError, bakings, fileLimits, type Baking, type Unbaked } from './badge-file.js'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const overhead = 12

interface Chunk {
  readonly type: string
  /** Where the chunk's data begins, and where the whole chunk begins and ends. */
  readonly data: number
  readonly length: number
  readonly start: number
  readonly end: number
}

export const isPng = (bytes: Buffer): boolean =>
  bytes.length >= signature.length && bytes.subarray(0, signature.length).equals(signature)

/** The chunks up to the picture's end; nothing is copied. Throws BadgeFileError for a cut or changed picture. */
function* chunksOf(png: Buffer): Generator<Chunk> {
  if (!isPng(png)) throw new BadgeFileError('brokenPicture')
  let start = signature.length
  for (let isFirst = true; ; isFirst = false) {
    if (start + overhead > png.length) throw new BadgeFileError('truncated')
    const length = png.readUInt32BE(start)
    const end = start + overhead + length
    if (end > png.length) throw new BadgeFileError('truncated')
    const type = png.toString('latin1', start + 4, start + 8)
    if (isFirst && type !== 'IHDR') throw new BadgeFileError('brokenPicture')
    if (crc32(png.subarray(start + 4, end - 4)) !== png.readUInt32BE(end - 4))
      throw new BadgeFileError('checksum')
    yield { type, data: start + 8, length, start, end }
    if (type === 'IEND') return
    start = end
  }
}

const keywordOf = (png: Buffer, { data, length }: Chunk): string => {
  const end = png.indexOf(0, data)
  return end < 0 || end > data + Math.min(length, 80) ? '' : png.toString('latin1', data, end)
}

const bakingOf = (png: Buffer, chunk: Chunk): Baking | undefined => {
  if (chunk.type !== 'iTXt' && chunk.type !== 'tEXt' && chunk.type !== 'zTXt') return undefined
  const keyword = keywordOf(png, chunk)
  return (Object.keys(bakings) as Baking[]).find((baking) => bakings[baking].keyword === keyword)
}

/**
 * The credential baked into a PNG, undefined when there is none: a picture saved by a phone has lost it. The first one
 * wins. Throws BadgeFileError when the picture is cut or changed, or the text is compressed (it could be a bomb).
 */
export function unbakePng(png: Buffer): Unbaked | undefined {
  let found: Unbaked | undefined
  for (const chunk of chunksOf(png)) {
    const baking = bakingOf(png, chunk)
    if (!baking) continue
    found = found
      ? { ...found, hasMore: true }
      : { baking, text: textOf(png, chunk), hasMore: false }
  }
  return found
}

function textOf(png: Buffer, chunk: Chunk): string {
  if (chunk.length > fileLimits.chunk) throw new BadgeFileError('chunkTooLarge', true)
  if (chunk.type === 'zTXt') throw new BadgeFileError('compressed')
  const end = chunk.data + chunk.length
  const afterKeyword = png.indexOf(0, chunk.data) + 1
  if (chunk.type === 'tEXt') return png.toString('latin1', afterKeyword, end)
  if (png[afterKeyword] !== 0) throw new BadgeFileError('compressed')
  const afterLanguage = png.indexOf(0, afterKeyword + 2) + 1
  const text = afterLanguage > 0 ? png.indexOf(0, afterLanguage) + 1 : 0
  if (afterLanguage === 0 || text === 0 || text > end) throw new BadgeFileError('brokenPicture')
  return decodeUtf8(png.subarray(text, end))
}

/** Bytes as text. Throws BadgeFileError for another encoding than UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadgeFileError('notUtf8')
  }
}

/**
 * The PNG with the text (JSON or a JWS) baked in, right after its header; what was baked in before is replaced, the pixels
 * stay byte for byte. Throws BadgeFileError when it is no whole PNG.
 */
export function bakePng(
  png: Buffer,
  text: string,
  baking: Exclude<Baking, 'open-badge-2'> = 'open-badge-3',
): Buffer {
  const kept: Buffer[] = []
  for (const chunk of chunksOf(png)) {
    if (!bakingOf(png, chunk)) kept.push(png.subarray(chunk.start, chunk.end))
    if (kept.length === 1) kept.push(chunkOf(bakings[baking].keyword, text))
  }
  return Buffer.concat([signature, ...kept])
}

function chunkOf(keyword: string, text: string): Buffer {
  // Keyword, end of keyword, not compressed, method 0, no language tag, no translated keyword.
  const data = Buffer.concat([Buffer.from(`iTXt${keyword}\0\0\0\0\0`), Buffer.from(text, 'utf8')])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length - 4)
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(data))
  return Buffer.concat([head, data, tail])
}
