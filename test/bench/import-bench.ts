import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { findOrganizationBySlug } from '../../src/access/organization-store.js'
import { continueImport } from '../../src/providers/continue-import.js'
import { receiveRoster } from '../../src/providers/receive-roster.js'
import { report } from './measure.js'

const rows = 100_000

function* rosterRows(emails: readonly string[], courses: readonly string[]) {
  yield 'email,course,completed_on\n'
  for (let at = 0; at < rows; at += 1) {
    const email = emails[at % emails.length] ?? ''
    const course = courses[Math.floor(at / emails.length) % courses.length] ?? ''
    yield `${email},${course},2015-03-01\n`
  }
}

function* asBytes(lines: Iterable<string>) {
  for (const line of lines) yield Buffer.from(line)
}

/** Rows a second of a 100,000-row roster, recorded and awarded, against only parsing the same file. */
export async function benchRoster(
  emails: readonly string[],
  courses: readonly string[],
): Promise<void> {
  const organization = await findOrganizationBySlug('treehouse')
  if (!organization) throw new Error('no provider')
  const ports = { now: () => new Date() }
  const sender = { organization, startedBy: 'bench' }
  const roster = { bytes: Readable.from(asBytes(rosterRows(emails, courses))), dryRun: false }

  const begin = performance.now()
  const received = await receiveRoster(sender, roster, ports, { uploadMax: 2 ** 31 })
  const done = received.state === 'done' ? received : await continueImport(received.id, ports)
  const seconds = (performance.now() - begin) / 1000

  const parseBegin = performance.now()
  const parsed = Readable.from(rosterRows(emails, courses)).pipe(parse({ columns: true }))
  let count = 0
  for await (const _row of parsed) count += 1
  const parseSeconds = (performance.now() - parseBegin) / 1000
  if (count !== rows || done?.read !== rows) throw new Error('rows went missing')

  report({
    bench: 'import of a 100,000-row roster',
    ratio: parseSeconds / seconds,
    against: 'parsing the same file with csv-parse alone',
    rowsPerSecond: rows / seconds,
    parsedPerSecond: rows / parseSeconds,
    recorded: done.recorded,
    alreadyKnown: done.alreadyKnown,
    refused: done.refusedCount,
  })
}
