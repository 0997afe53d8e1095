import { Zip, ZipDeflate } from 'fflate'

/** One file of a zip, in parts of any length: text, or bytes as they are. */
export interface ZippedText {
  readonly name: string
  readonly text: AsyncIterable<string | Uint8Array> | Iterable<Uint8Array>
}

/** A zip, part by part: memory holds one part, however long the files. */
export async function* zipOf(files: readonly ZippedText[], at: Date): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = []
  const failures: Error[] = []
  const zip = new Zip((error, chunk) => {
    if (error) failures.push(error)
    else made.push(chunk)
  })
  const take = () => {
    const [failure] = failures
    if (failure) throw failure
    return made.splice(0)
  }
  const encoder = new TextEncoder()
  for (const { name, text } of files) {
    const entry = new ZipDeflate(name)
    entry.mtime = at
    zip.add(entry)
    for await (const part of text) {
      entry.push(typeof part === 'string' ? encoder.encode(part) : part)
      yield* take()
    }
    entry.push(new Uint8Array(0), true)
  }
  zip.end()
  yield* take()
}
