import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { heldValues, type ExtractSchema } from './extract.js'

const text = z.string().min(1)

const schemaFile = z.strictObject({
  about: text,
  schemas: z
    .array(
      z.strictObject({
        version: text,
        label: text,
        source: text,
        columns: z
          .array(
            z.strictObject({
              no: z.string().regex(/^(OBS|\d{3,4})$/),
              name: text,
              type: z.enum(['AN', 'IN', 'DT']),
              length: z.number().int().positive(),
              codes: z.record(z.string(), text).optional(),
              source: text,
              holds: z.enum(heldValues).optional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
})

let read: readonly ExtractSchema[] | undefined

/** The versions of the extract's columns, the one to use first; read once from seed/participant-extract.json. */
export function extractSchemas(): readonly ExtractSchema[] {
  const file = new URL('../../seed/participant-extract.json', import.meta.url)
  return (read ??= schemaFile.parse(JSON.parse(readFileSync(file, 'utf8')))
    .schemas as readonly ExtractSchema[])
}
