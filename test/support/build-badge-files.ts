import { crc32, deflateSync } from 'node:zlib'

/** One PNG chunk, with its right checksum. */
export function aChunk(type: string, data: string | Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data as string)])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length - 4)
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(body))
  return Buffer.concat([head, body, tail])
}

const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
const pixels = deflateSync(Buffer.from([0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12]))

/** A whole 2 × 2 PNG, with these chunks after its header. */
export const aPng = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    aChunk('IHDR', header),
    ...chunks,
    aChunk('IDAT', pixels),
    aChunk('IEND', ''),
  ])

/** Text in a PNG as badges carry it. */
export const aTextChunk = (keyword: string, text: string, flag = 0): Buffer =>
  aChunk(
    'iTXt',
    Buffer.concat([Buffer.from(`${keyword}\0`), Buffer.from([flag, 0, 0, 0]), Buffer.from(text)]),
  )

/** A plain SVG picture. */
export const aSvg = (inner = '<rect width="2" height="2"/>', attributes = ''): string =>
  `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"${attributes}>${inner}</svg>`
