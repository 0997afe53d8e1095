import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'

async function* textOf(head: string, items: AsyncIterable<object>, tail: string) {
  yield head
  let separator = ''
  for await (const item of items) {
    yield separator + JSON.stringify(item)
    separator = ',\n'
  }
  yield tail
}

/** Streams a JSON document with one long list, `head` and `tail` being the text around its items, as a download. */
export async function sendJsonList(
  res: Response,
  { filename, type, head, tail }: { filename: string; type: string; head: string; tail: string },
  items: AsyncIterable<object>,
): Promise<void> {
  res.status(200).attachment(filename)
  res.set('Content-Type', type).set('Cache-Control', 'private, no-store')
  await pipeline(Readable.from(textOf(head, items, tail)), res)
}
