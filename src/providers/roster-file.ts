import { TextDecoder } from 'node:util'
import { malformed, Problem, tooLarge, invalid } from '../problems.js'
import { longestLine } from './csv-lines.js'
import { readRosterHeader, type RosterColumn } from './roster-input.js'

/** What is known of a roster file once all its bytes went through `checkedRoster`. */
export interface RosterFile {
  columns: readonly RosterColumn[]
  /** Lines after the header. */
  rows: number
}

const lineBreak = 10

const refuseOtherEncodings = (start: Uint8Array) => {
  const [first = 0, second = 0] = start
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw malformed('providers:roster.utf16')
  }
}

const refuseBytes = (row: number) =>
  malformed('providers:roster.notUtf8', [
    { field: `row ${row}`, message: 'providers:roster.notUtf8Row', params: { row } },
  ])

const countBreaks = (chunk: Uint8Array) => {
  let count = 0
  for (let at = chunk.indexOf(lineBreak); at >= 0; at = chunk.indexOf(lineBreak, at + 1)) count += 1
  return count
}

/** The line in which the bytes stop being UTF-8, for a chunk that begins in line `row`. */
const brokenRow = (chunk: Uint8Array, row: number) => {
  const breaks = [...chunk.keys()].filter((at) => chunk[at] === lineBreak)
  const isBroken = (end: number) => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    try {
      decoder.decode(chunk.subarray(0, end), { stream: true })
      return chunk.subarray(0, end).includes(0)
    } catch {
      return true
    }
  }
  const index = breaks.findIndex((end) => isBroken(end))
  return row + (index < 0 ? breaks.length : index)
}

const headerIn = (held: Buffer, isWhole: boolean): readonly RosterColumn[] | undefined => {
  const end = held.indexOf(lineBreak)
  if (end < 0 && !isWhole && held.length <= longestLine) return undefined
  if (end < 0 && held.length > longestLine) throw invalid([headerError])
  return readRosterHeader(held.toString('utf8', 0, end < 0 ? held.length : end).trimEnd())
}

const headerError = { field: 'header', message: 'providers:roster.header' }

/**
 * Passes the bytes of a roster on and looks at them meanwhile, so that a file with a wrong header, in another encoding or
 * over `max` bytes is refused whole before any row is read. Fills `file`. Throws a Problem.
 */
export async function* checkedRoster(
  bytes: AsyncIterable<Uint8Array>,
  max: number,
  file: RosterFile,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let held: Buffer | undefined = Buffer.alloc(0)
  let size = 0
  let breaks = 0
  let lastByte = lineBreak
  for await (const chunk of whole(bytes)) {
    if (size === 0) refuseOtherEncodings(chunk)
    size += chunk.length
    if (size > max) throw tooLarge('providers:roster.tooLarge', { limit: max })
    if (!isText(decoder, chunk)) throw refuseBytes(brokenRow(chunk, breaks + 1))
    breaks += countBreaks(chunk)
    lastByte = chunk.at(-1) ?? lastByte
    if (held) {
      held = Buffer.concat([held, chunk])
      const columns = headerIn(held, false)
      if (columns) [file.columns, held] = [columns, undefined]
    }
    yield chunk
  }
  if (!isText(decoder)) throw refuseBytes(breaks + 1)
  if (held) file.columns = headerIn(held, true) ?? []
  file.rows = Math.max(0, breaks - 1 + (lastByte === lineBreak ? 0 : 1))
}

const isText = (decoder: TextDecoder, chunk?: Uint8Array): boolean => {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined })
    return !chunk?.includes(0)
  } catch {
    return false
  }
}

/** An upload that breaks off is the sender's problem, not ours. */
async function* whole(bytes: AsyncIterable<Uint8Array>) {
  try {
    yield* bytes
  } catch (error) {
    throw error instanceof Problem ? error : malformed('http:problem.brokenUpload')
  }
}
