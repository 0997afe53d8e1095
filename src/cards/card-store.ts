import mongoose from 'mongoose'
import type { Card } from './card.js'

interface Row extends Omit<Card, 'learnerId'> {
  readonly _id: string
}

const text = { type: String, required: true } as const

/** One row a learner: a new card takes the place of the one before, so that two can never work. */
const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    codeHash: text,
    // Empty for a card without a name: `required` would refuse that.
    calledName: String,
    madeAt: { type: Date, required: true },
    center: {
      type: new mongoose.Schema(
        { id: text, name: text, by: text },
        { _id: false, strict: 'throw' },
      ),
      default: undefined,
    },
    expiresOn: text,
    stoppedAt: Date,
    usedAt: Date,
  },
  { collection: 'cards', strict: 'throw', versionKey: false },
)
schema.index({ codeHash: 1 }, { unique: true })

const Cards = mongoose.model('Card', schema)

const toCard = ({ _id, ...rest }: Row): Card => ({ learnerId: _id, ...rest })

/** Puts a card in the place of the learner's last one. */
export async function putCard({ learnerId, ...card }: Card): Promise<void> {
  await Cards.replaceOne({ _id: learnerId }, { _id: learnerId, ...card }, { upsert: true })
}

/** A learner's card, live or not. */
export async function cardOf(learnerId: string): Promise<Card | undefined> {
  const row = await Cards.findById(learnerId).lean<Row>()
  return row ? toCard(row) : undefined
}

/** The card with this hash, live or not. */
export async function findCard(codeHash: string): Promise<Card | undefined> {
  const row = await Cards.findOne({ codeHash }).lean<Row>()
  return row ? toCard(row) : undefined
}

/** Stops a learner's card; one that was stopped before keeps its moment. */
export async function endCard(learnerId: string, stoppedAt: Date): Promise<void> {
  await Cards.updateOne({ _id: learnerId, stoppedAt: null }, { $set: { stoppedAt } })
}

/** Notes when a card was used last, unless another one took its place. */
export async function noteUse(codeHash: string, usedAt: Date): Promise<void> {
  await Cards.updateOne({ codeHash }, { $set: { usedAt } })
}
