/**
 * Cuts a CSV file into lines with their place in bytes, so that work can go on from any line after a crash, and so that a
 * stray quote in one row cannot swallow the rows after it. A cell of ours never holds a line break.
 */
export interface CsvLine {
  /** Line number in the file: the header is 1. */
  readonly row: number
  /** Undefined when the line is longer than `longestLine`. */
  readonly text: string | undefined
  /** False for a last line without a line break: it may have been cut off. */
  readonly isEnded: boolean
}

/** `nextOffset` and `nextRow` are where reading goes on after this batch. */
export interface CsvBatch {
  readonly lines: readonly CsvLine[]
  readonly nextOffset: number
  readonly nextRow: number
}

export const longestLine = 16_384

const lineBreak = 10

const textOf = (bytes: Buffer): string => {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length
  return bytes.toString('utf8', 0, end)
}

async function* piecesOf(source: AsyncIterable<Uint8Array>) {
  let open: Buffer[] = []
  let openLength = 0
  for await (const raw of source) {
    const chunk = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    let from = 0
    for (let at = chunk.indexOf(lineBreak); at >= 0; at = chunk.indexOf(lineBreak, from)) {
      const tail = chunk.subarray(from, at)
      const length = openLength + tail.length
      const isTooLong = length > longestLine
      const bytes = open.length === 0 ? tail : Buffer.concat([...open, tail])
      yield { text: isTooLong ? undefined : textOf(bytes), bytes: length + 1, isEnded: true }
      open = []
      openLength = 0
      from = at + 1
    }
    const rest = chunk.subarray(from)
    if (openLength <= longestLine && rest.length > 0) open.push(rest)
    openLength += rest.length
  }
  if (openLength > 0) {
    const isTooLong = openLength > longestLine
    yield {
      text: isTooLong ? undefined : textOf(Buffer.concat(open)),
      bytes: openLength,
      isEnded: false,
    }
  }
}

/**
 * Batches of up to `size` lines from a source that begins at byte `offset`, whose first line is number `row`. Lines with
 * nothing but spaces and commas are left out. The byte order mark belongs to the header's line.
 */
export async function* batchesOf(
  source: AsyncIterable<Uint8Array>,
  { offset, row, size }: { offset: number; row: number; size: number },
): AsyncGenerator<CsvBatch> {
  let lines: CsvLine[] = []
  let nextOffset = offset
  let nextRow = row
  let pending = false
  for await (const { text, bytes, isEnded } of piecesOf(source)) {
    if (text === undefined || /[^\s,]/.test(text)) lines.push({ row: nextRow, text, isEnded })
    nextOffset += bytes
    nextRow += 1
    pending = true
    if (lines.length < size) continue
    yield { lines, nextOffset, nextRow }
    lines = []
    pending = false
  }
  if (pending) yield { lines, nextOffset, nextRow }
}
