import fc from 'fast-check'
import { readTreehouseProfile } from '../../src/providers/treehouse-profile-input.js'
import { parsePlainJson } from '../../src/providers/plain-json.js'
import { batchesOf } from '../../src/providers/csv-lines.js'
import { readRosterHeader, readRosterLines } from '../../src/providers/roster-input.js'
import { checkedRoster } from '../../src/providers/roster-file.js'
import { Problem } from '../../src/problems.js'

const now = new Date('2016-06-01T12:00:00Z')

/** Passes when `read` gives an answer or a Problem; any other error is ours, and fails the test. */
const answersOrRefuses = (read: () => unknown): boolean => {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof Problem) return true
    throw error
  }
}

const anyValue = fc.anything({ withNullPrototype: true, withBigInt: false })

const nearlyBadge = fc.record(
  {
    id: fc.oneof(fc.integer(), anyValue),
    name: fc.oneof(fc.string(), anyValue),
    url: fc.oneof(fc.webUrl(), anyValue),
    earned_date: fc.oneof(
      fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
      anyValue,
    ),
    courses: fc.oneof(
      fc.array(fc.record({ title: fc.string(), url: fc.oneof(fc.webUrl(), fc.string()) })),
      anyValue,
    ),
  },
  { requiredKeys: [] },
)

const nearlyProfile = fc.record(
  {
    name: fc.oneof(fc.string(), anyValue),
    profile_name: fc.oneof(fc.stringMatching(/^\w{1,20}$/), anyValue),
    gravatar_hash: anyValue,
    badges: fc.oneof(fc.array(nearlyBadge), anyValue),
  },
  { requiredKeys: [] },
)

describe('Whatever is sent as a profile', () => {
  it('is read or refused, never an error of ours: any value', () => {
    fc.assert(
      fc.property(anyValue, (raw) => answersOrRefuses(() => readTreehouseProfile(raw, now))),
    )
  })

  it('is read or refused, never an error of ours: nearly a profile', () => {
    fc.assert(
      fc.property(nearlyProfile, (raw) => answersOrRefuses(() => readTreehouseProfile(raw, now))),
      { numRuns: 300 },
    )
  })

  it('is read or refused, never an error of ours: any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) =>
        answersOrRefuses(() => readTreehouseProfile(parsePlainJson(text), now)),
      ),
    )
  })
})

const terms = { provider: 'p', courses: new Map([['html', 'HTML']]), now }
const columns = ['email', 'course', 'completed_on', 'score', 'kind', 'item'] as const

const cell = fc.oneof(
  fc.string(),
  fc.constantFrom('a@b.org', 'html', '2015-01-01', '=1+1', '"', '""', '\r', '\u2028', '95', 'exam'),
)
const line = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(','))
const bytesOf = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(line).map((lines) => Buffer.from(['email,course,completed_on', ...lines].join('\n'))),
)

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

describe('Whatever is sent as a roster', () => {
  it('every row is read or refused, none is lost', () => {
    fc.assert(
      fc.property(fc.array(line), (texts) => {
        const lines = texts.map((text, at) => ({ row: at + 2, text, isEnded: true }))
        const { rows, refused } = readRosterLines(lines, columns, terms)
        const told = new Set([...rows, ...refused].map(({ row }) => row))
        return told.size === lines.length
      }),
      { numRuns: 300 },
    )
  })

  it('the header is read or refused, never an error of ours', () => {
    fc.assert(
      fc.property(fc.oneof(line, fc.constant(undefined)), (text) =>
        answersOrRefuses(() => readRosterHeader(text)),
      ),
    )
  })

  it('the file is read or refused, never an error of ours', async () => {
    await fc.assert(
      fc.asyncProperty(bytesOf, fc.integer({ min: 1, max: 64 }), async (bytes, size) => {
        try {
          const source = checkedRoster(inPieces(bytes, size), 200, { columns: [], rows: 0 })
          for await (const { lines } of batchesOf(source, { offset: 0, row: 1, size: 5 })) {
            readRosterLines(lines, columns, terms)
          }
        } catch (error) {
          if (!(error instanceof Problem)) throw error
        }
      }),
      { numRuns: 300 },
    )
  })
})
