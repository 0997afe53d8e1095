import { awardBadges } from '../badges/award-badges.js'
import { findLearnersByEmails } from '../learners/learner-store.js'
import { evidenceOf, type Evidence } from './evidence.js'
import { findRecorded, recordFacts } from './evidence-store.js'
import { addAwards, type Import, type Refusal } from './import.js'
import type { BatchResult } from './import-store.js'
import { keepRefusals } from './refusal-store.js'
import type { RosterReading, RosterRow } from './roster-input.js'

const awardsAtOnce = 500

/**
 * Records one batch of a roster and awards what it earns. Safe to repeat: after a crash, what this very import had
 * recorded from the same rows still counts as recorded by it (`mayBeRepeated`). A dry run writes nothing.
 */
export async function recordRows(
  found: Import,
  { rows, refused }: RosterReading,
  { now, mayBeRepeated }: { readonly now: Date; readonly mayBeRepeated: boolean },
): Promise<Omit<BatchResult, 'read'>> {
  const learners = await findLearnersByEmails(
    found.communityId,
    rows.map(({ email }) => email),
  )
  const unknown = rows.filter(({ email }) => !learners.has(email)).map(unknownEmail)
  const evidence = rows.flatMap((row) => {
    const learnerId = learners.get(row.email)?.id
    return learnerId === undefined ? [] : [evidenceFrom(found, row, learnerId, now)]
  })
  const allRefused = [...refused, ...unknown].sort((a, b) => a.row - b.row)
  if (!found.dryRun) await keepRefusals(found.id, allRefused)
  const recorded = found.dryRun
    ? await wouldRecord(evidence)
    : await record(evidence, mayBeRepeated)
  return {
    recorded: recorded.length,
    alreadyKnown: evidence.length - recorded.length,
    refused: allRefused,
    awarded: found.dryRun ? [] : await award(found, recorded, now),
  }
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

async function award(found: Import, recorded: readonly Evidence[], now: Date) {
  const learnerIds = [...new Set(recorded.map(({ learnerId }) => learnerId))]
  let counts = found.awarded
  for (let at = 0; at < learnerIds.length; at += awardsAtOnce) {
    const awarded = await awardBadges(learnerIds.slice(at, at + awardsAtOnce), {
      now: () => now,
    })
    counts = addAwards(counts, [...awarded.values()].flat())
  }
  return counts
}
