import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { Response } from 'express'

export interface Column {
  readonly key: string
  readonly header: string
}

/**
 * Streams rows as a CSV download: UTF-8 with a byte order mark for spreadsheets, CRLF, cells that a spreadsheet would run
 * as a formula are escaped. `bare`: rows alone, for machines that refuse a first row.
 */
export async function sendCsv(
  res: Response,
  filename: string,
  columns: readonly Column[],
  rows:
    | AsyncIterable<Readonly<Record<string, string | number>>>
    | Iterable<Readonly<Record<string, string | number>>>,
  { bare = false }: { readonly bare?: boolean } = {},
): Promise<void> {
  res.status(200).type('text/csv; charset=utf-8').attachment(filename)
  res.set('Cache-Control', 'private, no-store')
  await pipeline(
    Readable.from(rows),
    stringify({
      header: !bare,
      bom: !bare,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: columns.map(({ key, header }) => ({ key, header })),
    }),
    res,
  )
}
