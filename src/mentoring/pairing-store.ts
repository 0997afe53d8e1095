import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Day } from '../calendar.js'
import type { JointRead } from '../joint-read.js'
import { allowances, type Allowance, type Pairing } from './pairing.js'

interface PairingRow extends Omit<Pairing, 'id'> {
  readonly _id: string
  readonly live: boolean
}

const text = { type: String, required: true } as const
const flag = { type: Boolean, required: true } as const

const schema = new mongoose.Schema<PairingRow>(
  {
    _id: text,
    communityId: text,
    learnerId: text,
    mentorAccountId: text,
    mentorName: text,
    startedOn: text,
    startedBy: text,
    seat: { type: Number, required: true, min: 1 },
    live: flag,
    allows: [{ type: String, enum: allowances }],
    lastMeetingOn: String,
    lastNudgeOn: String,
    endedOn: String,
    endedBy: String,
    endReason: String,
    demonstration: flag,
  },
  { strict: 'throw', versionKey: false, collection: 'pairings' },
)
const onlyLive = { unique: true, partialFilterExpression: { live: true } }
schema.index({ learnerId: 1, mentorAccountId: 1 }, onlyLive)
schema.index({ mentorAccountId: 1, seat: 1 }, onlyLive)
schema.index({ mentorAccountId: 1, live: 1, startedOn: 1, _id: 1 })
schema.index({ learnerId: 1, startedOn: 1 })

const Pairings = mongoose.model('Pairing', schema)

const hidden = { live: 0 } as const
type Shown = Omit<PairingRow, 'live'>

const pairingOf = ({ _id, ...facts }: Shown): Pairing => ({ id: _id, ...facts })

/** What stood in the way of a new pairing: the two are paired already, or another took the seat first. */
export type PairingClash = 'paired' | 'seat-taken'

/** Keeps a new pairing; undefined when kept. */
export async function insertPairing(pairing: Pairing): Promise<PairingClash | undefined> {
  const { id, ...facts } = pairing
  try {
    await Pairings.create({ _id: id, ...facts, live: true })
    return undefined
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (await livePairing(pairing.mentorAccountId, pairing.learnerId)) ? 'paired' : 'seat-taken'
  }
}

/** For seeds: many at once; known ids are left as they are. */
export async function insertPairings(pairings: readonly Pairing[]): Promise<void> {
  if (pairings.length === 0) return
  await Pairings.bulkWrite(
    pairings.map(({ id, ...facts }) => ({
      updateOne: {
        filter: { _id: id },
        update: { $setOnInsert: { ...facts, live: facts.endedOn === undefined } },
        upsert: true,
      },
    })),
  )
}

export async function findPairing(id: string): Promise<Pairing | undefined> {
  const row = await Pairings.findById(id, hidden).lean<Shown>()
  return row ? pairingOf(row) : undefined
}

/** The pairing under which this mentor may read this learner now; undefined when there is none. */
export async function livePairing(
  mentorAccountId: string,
  learnerId: string,
): Promise<Pairing | undefined> {
  const row = await Pairings.findOne(
    { learnerId, mentorAccountId, live: true },
    hidden,
  ).lean<Shown>()
  return row ? pairingOf(row) : undefined
}

/** All pairings of one learner, live and ended, oldest first. */
export async function pairingsOf(learnerId: string): Promise<Pairing[]> {
  const rows = await Pairings.find({ learnerId }, hidden).sort({ startedOn: 1 }).lean<Shown[]>()
  return rows.map(pairingOf)
}

/** The live pairings of one learner, oldest first, to ride along with another read. */
export const livePairingsRead = (learnerId: string): JointRead<Pairing[]> => ({
  from: Pairings.collection.name,
  filter: { learnerId, live: true },
  sort: { startedOn: 1 },
  fields: hidden,
  take: (rows) => (rows as readonly Shown[]).map(pairingOf),
})

/** The live pairings of one mentor; never more than their capacity. */
export async function livePairingsOfMentor(mentorAccountId: string): Promise<Pairing[]> {
  const rows = await Pairings.find({ mentorAccountId, live: true }, hidden)
    .sort({ startedOn: 1, _id: 1 })
    .lean<Shown[]>()
  return rows.map(pairingOf)
}

/** The seats taken at each of these mentors, by account id. */
export async function seatsTaken(
  mentorAccountIds: readonly string[],
): Promise<Map<string, number[]>> {
  const rows = await Pairings.find({ mentorAccountId: { $in: mentorAccountIds }, live: true })
    .select({ mentorAccountId: 1, seat: 1 })
    .lean<Pick<PairingRow, 'mentorAccountId' | 'seat'>[]>()
  const taken = new Map<string, number[]>(mentorAccountIds.map((id) => [id, []]))
  for (const row of rows) taken.get(row.mentorAccountId)?.push(row.seat)
  return taken
}

/** Ends a live pairing. Undefined when it had ended already. */
export async function endPairing(
  id: string,
  end: { readonly on: Day; readonly by: string; readonly reason?: string | undefined },
): Promise<Pairing | undefined> {
  const row = await Pairings.findOneAndUpdate(
    { _id: id, live: true },
    {
      $set: {
        live: false,
        endedOn: end.on,
        endedBy: end.by,
        ...(end.reason !== undefined && { endReason: end.reason }),
      },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? pairingOf(row) : undefined
}

/** The learner changes what the mentor may see. False when the pairing has ended or is not theirs. */
export async function setAllowances(
  id: string,
  learnerId: string,
  allows: readonly Allowance[],
): Promise<boolean> {
  const result = await Pairings.updateOne(
    { _id: id, learnerId, live: true },
    { $set: { allows: [...allows] } },
  )
  return result.matchedCount === 1
}

/** Notes that the two were in touch on `on`; an earlier day changes nothing. */
export async function noteContact(
  id: string,
  what: 'lastMeetingOn' | 'lastNudgeOn',
  on: Day,
): Promise<void> {
  await Pairings.updateOne({ _id: id }, { $max: { [what]: on } })
}
