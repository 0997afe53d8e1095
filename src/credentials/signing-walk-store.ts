import mongoose from 'mongoose'

/**
 * A walk through all awards of a community that signs what isn't signed yet; `after` is the last award done. It stays when
 * it has ended, so that a manager sees how it went.
 */
export interface SigningWalk {
  readonly communityId: string
  readonly wantedAt: Date
  readonly after: string
  readonly done: number
  readonly total: number
  readonly signed: number
  readonly endedAt?: Date
}

type Row = Omit<SigningWalk, 'communityId'> & { readonly _id: string }

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    wantedAt: { type: Date, required: true },
    after: { type: String, default: '' },
    done: number,
    total: number,
    signed: number,
    endedAt: Date,
  },
  { collection: 'signing-walks', strict: 'throw', versionKey: false },
)

const Walks = mongoose.model('SigningWalk', schema)

const toWalk = ({ _id, ...rest }: Row): SigningWalk => ({ communityId: _id, ...rest })

/** Asks for a walk from the start, also when one is under way. */
export async function wantSigningWalk(
  communityId: string,
  total: number,
  wantedAt: Date,
): Promise<void> {
  await Walks.updateOne(
    { _id: communityId },
    { $set: { wantedAt, after: '', done: 0, total, signed: 0 }, $unset: { endedAt: 1 } },
    { upsert: true },
  )
}

/** The walk of a community, under way or the last that ended. */
export async function findSigningWalk(communityId: string): Promise<SigningWalk | undefined> {
  const row = await Walks.findById(communityId).lean<Row>()
  return row ? toWalk(row) : undefined
}

/** A walk that is under way, of any community. */
export async function nextSigningWalk(): Promise<SigningWalk | undefined> {
  const row = await Walks.findOne({ endedAt: null }).lean<Row>()
  return row ? toWalk(row) : undefined
}

/** Goes on by some awards, the last of them `after`; nothing when a new walk was wanted meanwhile. */
export async function advanceSigningWalk(
  walk: SigningWalk,
  step: { readonly after: string; readonly done: number; readonly signed: number },
): Promise<void> {
  await Walks.updateOne(
    { _id: walk.communityId, wantedAt: walk.wantedAt, after: walk.after },
    { $set: { after: step.after }, $inc: { done: step.done, signed: step.signed } },
  )
}

/** Ends the walk, unless a new one was wanted meanwhile. */
export async function endSigningWalk(walk: SigningWalk, endedAt: Date): Promise<void> {
  await Walks.updateOne(
    { _id: walk.communityId, wantedAt: walk.wantedAt, after: walk.after },
    { $set: { endedAt } },
  )
}
