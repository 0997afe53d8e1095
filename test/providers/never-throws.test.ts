import fc from 'fast-check'
import { readTreehouseProfile } from '../../src/providers/treehouse-profile-input.js'
import { parsePlainJson } from '../../src/providers/plain-json.js'
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
