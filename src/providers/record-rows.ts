import { joinedInto } from '../duplicates/merge-store.js'
import { findByAddress } from '../learners/find-by-address.js'
import { evidenceId, evidenceOf, type Evidence } from './evidence.js'
import { evidenceOfLearner, findRecorded, recordFacts } from './evidence-store.js'
import type { Import, Refusal } from './import.js'
import { keepRefusals } from './refusal-store.js'
import type { RosterReading, RosterRow } from './roster-input.js'

/** The ids of learners met before in the same import, by e-mail: a roster names people again and again. */
export type KnownLearners = Map<string, string>

export interface RecordTerms {
  readonly now: Date
  readonly mayBeRepeated: boolean
  readonly known?: KnownLearners
}

/** What recording some rows came to. */
export interface Recorded {
  readonly recorded: readonly Evidence[]
  readonly alreadyKnown: number
  readonly refused: readonly Refusal[]
}

/**
 * Records rows of one import; awarding what they earn is the next step. Safe to repeat: after a crash, what this very
 * import had recorded from the same rows still counts as recorded by it (`mayBeRepeated`). A dry run writes nothing.
 */
export async function recordRows(
  found: Import,
  { rows, refused }: RosterReading,
  { now, mayBeRepeated, known = new Map() }: RecordTerms,
): Promise<Recorded> {
  const emails = rows.map(({ email }) => email)
  const learners = await learnerIdsFor(found.communityId, emails, known)
  const unknown = rows.filter(({ email }) => !learners.has(email)).map(unknownEmail)
  const evidence = rows.flatMap((row) => {
    const learnerId = learners.get(row.email)
    return learnerId === undefined ? [] : [evidenceFrom(found, row, learnerId, now)]
  })
  const allRefused = [...refused, ...unknown].sort((one, other) => one.row - other.row)
  await keepRefusals(found.id, allRefused)
  const fresh = await withoutJoined(evidence)
  const recorded = found.dryRun ? await wouldRecord(fresh) : await record(fresh, mayBeRepeated)
  return { recorded, alreadyKnown: evidence.length - recorded.length, refused: allRefused }
}

const mostKnown = 50_000

async function learnerIdsFor(communityId: string, emails: readonly string[], known: KnownLearners) {
  if (known.size > mostKnown) known.clear()
  const strangers = emails.filter((email) => !known.has(email))
  const found = await findByAddress(communityId, strangers)
  for (const [email, id] of found) known.set(email, id)
  return known
}

const unknownEmail = ({ row }: RosterRow): Refusal => ({
  row,
  field: 'email',
  reason: 'unknownEmail',
})

const evidenceFrom = (
  { id, communityId, source, origin, startedBy }: Import,
  { row, fact }: RosterRow,
  learnerId: string,
  now: Date,
): Evidence => {
  const attested = source === 'attestation' ? { attestedBy: startedBy } : {}
  const from = { learnerId, communityId, source, origin, importId: id, importRow: row, ...attested }
  return evidenceOf(fact, from, now)
}

/** Leaves out what came over with a joined record: it bears the id under which it was recorded there. */
async function withoutJoined(evidence: readonly Evidence[]): Promise<readonly Evidence[]> {
  const joined = await joinedInto(evidence.map(({ learnerId }) => learnerId))
  const there = await Promise.all(joined.map(evidenceOfLearner))
  const cameAlong = there.flat().filter((one) => evidenceId(one) !== one.id)
  const known = new Set(cameAlong.map(evidenceId))
  return evidence.filter(({ id }) => !known.has(id))
}

async function record(evidence: readonly Evidence[], mayBeRepeated: boolean): Promise<Evidence[]> {
  const { recorded } = await recordFacts(evidence)
  if (!mayBeRepeated || recorded.length === evidence.length) return recorded
  const before = await findRecorded(evidence.map(({ id }) => id))
  return evidence.filter(({ id, importId, importRow }) => {
    const one = before.get(id)
    return one?.importId === importId && one?.importRow === importRow
  })
}

async function wouldRecord(evidence: readonly Evidence[]): Promise<Evidence[]> {
  const known = await findRecorded(evidence.map(({ id }) => id))
  const first = new Map(evidence.toReversed().map((one) => [one.id, one]))
  return [...first.values()].filter(({ id }) => !known.has(id))
}
