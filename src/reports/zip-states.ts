import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { ZipStates } from './zip-state.js'

const span = z.string().regex(/^\d{3}(-\d{3})?$/)
const zipFile = z.strictObject({
  about: z.string(),
  source: z.string(),
  states: z.record(z.string().regex(/^[A-Z]{2}$/), z.array(span).min(1)),
})

let read: ZipStates | undefined

function digitsOf(given: string): string[] {
  const [from = '', to = from] = given.split('-')
  const count = Number(to) - Number(from) + 1
  return Array.from({ length: count }, (_, at) => String(Number(from) + at).padStart(3, '0'))
}

/** The states of ZIP codes; read once from seed/zip-states.json. */
export function zipStates(): ZipStates {
  if (read) return read
  const file = new URL('../../seed/zip-states.json', import.meta.url)
  const { states } = zipFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  read = new Map(
    Object.entries(states).flatMap(([state, spans]) =>
      spans.flatMap(digitsOf).map((digits) => [digits, state] as const),
    ),
  )
  return read
}
