import mongoose from 'mongoose'

/** How far the making of a demonstration has come; another process goes on from there. */
export interface Seeding {
  readonly kind: string
  readonly learners: number
  readonly today: string
  readonly done: number
  readonly complete: boolean
}

type Row = Omit<Seeding, 'kind'> & { readonly _id: string }

const schema = new mongoose.Schema<Row>(
  {
    _id: { type: String, required: true },
    learners: { type: Number, required: true },
    today: { type: String, required: true },
    done: { type: Number, required: true },
    complete: { type: Boolean, required: true },
  },
  { collection: 'seedings', strict: 'throw', versionKey: false },
)

const Seedings = mongoose.model('Seeding', schema)

/** The state of that seeding, or undefined when it never began. */
export async function findSeeding(kind: string): Promise<Seeding | undefined> {
  const row = await Seedings.findById(kind).lean<Row>()
  if (!row) return undefined
  const { _id, ...seeding } = row
  return { kind: _id, ...seeding }
}

/** Keeps how far it has come. */
export async function saveSeeding({ kind, ...seeding }: Seeding): Promise<void> {
  await Seedings.updateOne({ _id: kind }, { $set: seeding }, { upsert: true })
}
