import mongoose from 'mongoose'

/** A walk through all learners, to award what changed criteria newly give; `after` is the last learner done. */
export interface AwardWalk {
  readonly wantedAt: Date
  readonly after: string
}

type Row = AwardWalk & { readonly _id: string }

const schema = new mongoose.Schema<Row>(
  {
    _id: { type: String, required: true },
    wantedAt: { type: Date, required: true },
    after: { type: String, default: '' },
  },
  { collection: 'award-walks', strict: 'throw', versionKey: false },
)

const Walks = mongoose.model('AwardWalk', schema)

const everyone = 'everyone'

/** Asks for a walk from the start, also when one is under way. */
export async function wantAwardWalk(now: Date): Promise<void> {
  await Walks.updateOne({ _id: everyone }, { $set: { wantedAt: now, after: '' } }, { upsert: true })
}

/** The walk that is under way. */
export async function findAwardWalk(): Promise<AwardWalk | undefined> {
  const row = await Walks.findById(everyone).lean<Row>()
  return row ? { wantedAt: row.wantedAt, after: row.after } : undefined
}

/** Goes on to `after`, unless a new walk was wanted meanwhile. */
export async function advanceAwardWalk(walk: AwardWalk, after: string): Promise<void> {
  await Walks.updateOne(
    { _id: everyone, wantedAt: walk.wantedAt, after: walk.after },
    { $set: { after } },
  )
}

/** Ends the walk, unless a new one was wanted meanwhile. */
export async function endAwardWalk(walk: AwardWalk): Promise<void> {
  await Walks.deleteOne({ _id: everyone, wantedAt: walk.wantedAt, after: walk.after })
}
