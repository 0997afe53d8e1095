import { MongoClient, type Collection } from 'mongodb'

export interface Learner {
  _id: string
  email: string
  tag: string
  at: Date
  points: number
  visits: number
  givenName: string
  familyName: string
  address: { street: string; city: string; zip: string }
  badges: string[]
  consent: boolean
  ratio: number
  note: string
}

const from = Date.UTC(2012, 0, 1)
const HOUR = 3_600_000

/** A document of some 450 bytes; a hundred of 100,000 have the same tag. */
export function learnerOf(n: number, of: number): Learner {
  return {
    _id: `learner-${String(n).padStart(9, '0')}`,
    email: `learner.${n}@example.org`,
    tag: `tag-${n % Math.max(1, Math.round(of / 100))}`,
    at: new Date(from + ((n * 7919) % of) * HOUR),
    points: (n * 31) % 997,
    visits: 0,
    givenName: 'Maria Guadalupe',
    familyName: 'Hernandez Washington',
    address: { street: `${n % 9_999} Rainier Avenue South`, city: 'Seattle', zip: '98118' },
    badges: ['web-basics', 'data-basics', 'git-basics'],
    consent: true,
    ratio: n / 7,
    note: 'Prefers mornings; has a laptop; learns in the library on Saturdays, and with a mentor on Tuesdays.',
  }
}

/** Fills a collection through the driver in batches of 1,000, four at a time. */
export async function load(
  uri: string,
  count: number,
  onBatch: (done: number) => void = () => undefined,
): Promise<void> {
  const client = await MongoClient.connect(uri)
  const learners = learnersOf(client)
  await learners.createIndex({ email: 1 }, { unique: true }, {})
  await learners.createIndex({ tag: 1, at: -1 }, {}, {})
  let next = 0
  let done = 0
  const loader = async () => {
    while (next < count) {
      const begin = next
      next += Math.min(1_000, count - begin)
      const length = next - begin
      await learners.insertMany(Array.from({ length }, (_, n) => learnerOf(begin + n, count)))
      done += length
      onBatch(done)
    }
  }
  await Promise.all([loader(), loader(), loader(), loader()])
  await client.close()
}

export const learnersOf = (client: MongoClient): Collection<Learner> =>
  client.db('bench').collection<Learner>('learners')
