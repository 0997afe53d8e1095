import { expect } from 'chai'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
  type Document,
} from 'bson'
import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MongoClient, type Db } from 'mongodb'
import { lineOf, readLine } from '../../src/backups/backup-line.js'
import { folderSource, serverSource } from '../../src/backups/backup-source.js'
import { restoreBackup } from '../../src/backups/restore-backup.js'
import { writeBackup } from '../../src/backups/write-backup.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

const takenAt = new Date('2026-03-01')

const everyType = {
  _id: 'every type',
  double: new Double(1),
  minusZero: new Double(-0),
  notANumber: new Double(NaN),
  infinite: new Double(-Infinity),
  text: 'á\u0000\u{1F600}',
  empty: {},
  nested: { list: [{ a: [] }, null], 10: 'ten' },
  bytes: new Binary(Buffer.from([0, 255])),
  uuid: new UUID(),
  marked: new Binary(Buffer.from('own'), 0x80),
  id: new ObjectId(),
  yes: true,
  before: new Date(-1),
  far: new Date('9999-12-31'),
  nothing: null,
  pattern: new BSONRegExp('^a.*z$', 'ims'),
  code: new Code('f()'),
  scoped: new Code('f(x)', { x: new Int32(1) }),
  symbol: new BSONSymbol('s'),
  int: new Int32(-7),
  stamp: new Timestamp({ t: 5, i: 6 }),
  long: Long.fromString('9223372036854775807'),
  small: Long.fromNumber(3),
  decimal: Decimal128.fromString('1.10'),
  least: new MinKey(),
  most: new MaxKey(),
  reference: new DBRef('people', new ObjectId()),
}

/** Names and texts that JSON or JavaScript could take for something else. */
const hard: Document[] = [
  new Map<string, unknown>([
    ['_id', 'order'],
    ['2', 'b'],
    ['1', 'a'],
    [
      'inner',
      new Map<string, unknown>([
        ['10', [new Map<string, unknown>([['9', 1]])]],
        ['3', 1],
      ]),
    ],
  ]),
  { _id: 'looks', a: new Map([['$date', 'tomorrow']]), b: new Map([['$numberInt', '7']]) },
]

const again = (bytes: Uint8Array): Uint8Array => {
  const part = readLine(lineOf(bytes))
  if (!('document' in part)) throw new Error('not a document')
  return serialize(part.document)
}

describe('a line of a backup', () => {
  it('holds every BSON type as readable Extended JSON, and gives the same bytes back', () => {
    const bytes = serialize(everyType)

    expect(lineOf(bytes)).to.match(/^\{"_id":"every type","double":\{"\$numberDouble":"1.0"\}/)
    expect(Buffer.compare(again(bytes), bytes)).to.equal(0)
  })

  it('keeps the order of any names, and texts that look like types', () => {
    for (const document of hard) {
      const bytes = serialize(document)
      expect(lineOf(bytes)).to.match(/^\["bson",/)
      expect(Buffer.compare(again(bytes), bytes)).to.equal(0)
    }
  })

  it('gives back the bytes of any document', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double().map((value) => new Double(value)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
      fc.constantFrom(...Object.values(everyType)),
    )
    const { document } = fc.letrec<{ value: unknown; document: Document }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, tie('document'), fc.array(tie('value'))),
      document: fc.dictionary(
        fc.oneof(
          fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('\0')),
          fc.constantFrom('$oid', '$date', '1', '0', '__proto__', 'a'),
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    }))
    fc.assert(
      fc.property(document, (given) => {
        const bytes = serialize(given, { ignoreUndefined: true })
        expect(Buffer.compare(again(bytes), bytes)).to.equal(0)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses what no driver could write back', () => {
    const undefinedValue = Buffer.from([8, 0, 0, 0, 6, 0x61, 0, 0])

    expect(() => lineOf(undefinedValue)).to.throw('No driver can write this document back')
  })
})

describe('a backup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backup-'))
  const file = (name: string) => join(folder, name)
  const running: { stop(): Promise<void> }[] = []

  /** A database of its own, reached by the address that MONGODB_URI would hold. */
  async function database(name: string): Promise<Db> {
    const server = await startEmbeddedMongo({ dir: file(name), durable: false })
    const client = await new MongoClient(`${server.uri}/waymark`).connect()
    running.push({
      stop: async () => {
        await client.close()
        await server.stop()
      },
    })
    return client.db()
  }

  after(async () => {
    for (const each of running) await each.stop()
    rmSync(folder, { recursive: true })
  })

  const contentOf = async (db: Db) => {
    const names = (await db.listCollections().toArray()).map(({ name }) => name)
    return Promise.all(
      names.map(async (name) => ({
        name,
        indexes: EJSON.stringify(await db.collection(name).indexes(), { relaxed: false }),
        documents: (await db.collection(name).find({}, { raw: true }).toArray()).map((bytes) =>
          Buffer.from(bytes as unknown as Uint8Array).toString('base64'),
        ),
      })),
    )
  }

  let first: Db

  before(async () => {
    first = await database('first')
    await first.createCollection('empty')
    await first.collection('types').insertMany([everyType as Document, ...hard])
    const people = first.collection('people')
    await people.insertMany(Array.from({ length: 1_200 }, (_, n) => ({ n, tags: [n, 'x'] })))
    await people.createIndex({ n: 1 }, { unique: true }, {})
    await people.createIndex({ tags: 1, n: -1 }, { name: 'by tag', sparse: true }, {})
    await people.createIndex({ at: 1 }, { expireAfterSeconds: 600 }, {})
    await people.createIndex({ tags: 1 }, { partialFilterExpression: { n: { $gt: 5 } } }, {})
  })

  it('goes from the embedded database to a server and back, with every index and byte', async () => {
    const told: number[] = []
    const written = await writeBackup(
      folderSource(file('first')),
      file('1.jsonl'),
      takenAt,
      (done, total) => told.push(done / total),
    )
    const second = await database('second')
    const restored = await restoreBackup(file('1.jsonl'), second)
    await writeBackup(await serverSource(second), file('2.jsonl.gz'), takenAt)
    const third = await database('third')
    await restoreBackup(file('2.jsonl.gz'), third)

    const content = await contentOf(first)
    expect([written, restored]).to.deep.equal([1_203, 1_203])
    expect(content.map(({ name }) => name)).to.deep.equal(['empty', 'people', 'types'])
    expect(await contentOf(second)).to.deep.equal(content)
    expect(await contentOf(third)).to.deep.equal(content)
    expect(told.at(-1)).to.equal(1)
    expect(statSync(file('1.jsonl')).mode & 0o777).to.equal(0o600)
    expect(gunzipSync(readFileSync(file('2.jsonl.gz'))).toString()).to.include('"every type"')
  })

  it('is the state of one moment while others write', async () => {
    const pairs = first.collection<{ _id: number }>('pairs')
    const twins = first.collection<{ _id: number }>('twins')
    const state = { copied: false }
    const writing = (async () => {
      for (let _id = 0; !state.copied; _id += 1) {
        await twins.insertOne({ _id })
        await pairs.insertOne({ _id })
      }
    })()
    while ((await pairs.estimatedDocumentCount()) < 20);
    await writeBackup(folderSource(file('first')), file('moment.jsonl'), takenAt)
    state.copied = true
    await writing
    const copy = await database('moment')
    await restoreBackup(file('moment.jsonl'), copy)
    await Promise.all([pairs.drop(), twins.drop()])

    const [some, more] = await Promise.all(
      ['pairs', 'twins'].map((name) => copy.collection(name).countDocuments()),
    )
    expect((more ?? 0) - (some ?? 0)).to.be.oneOf([0, 1])
  })

  it('is refused when it is torn or changed, before anything is written', async () => {
    const target = await database('target')
    const whole = readFileSync(file('1.jsonl'), 'utf8')
    const torn = [
      whole.slice(0, -40),
      whole.slice(0, whole.length / 2),
      whole.replace('"every type"', '"other type"'),
      'no backup at all\n',
      '',
    ]
    for (const [round, text] of torn.entries()) {
      writeFileSync(file(`torn-${round}`), text)
      const refusal: unknown = await restoreBackup(file(`torn-${round}`), target).catch(
        (error: unknown) => error,
      )
      expect(refusal).to.have.property('message').that.includes('not a backup, or not all of one')
    }
    expect(await target.listCollections().toArray()).to.deep.equal([])
  })

  it('goes only into an empty database, and takes back what a refusal leaves', async () => {
    const refusal: unknown = await restoreBackup(file('1.jsonl'), first).catch(
      (error: unknown) => error,
    )
    expect(refusal).to.have.property('message').that.includes('The database is not empty')

    const source = folderSource(file('first'))
    const collections = source.collections.map((each) =>
      each.name === 'types' ? { ...each, options: { capped: true, size: 4096 } } : each,
    )
    await writeBackup({ ...source, collections }, file('capped.jsonl'), takenAt)
    const target = await database('other')
    const refused: unknown = await restoreBackup(file('capped.jsonl'), target).catch(
      (error: unknown) => error,
    )
    expect(refused).to.have.property('code', 115)
    expect(await target.listCollections().toArray()).to.deep.equal([])
  })

  it('takes back what it has written when it is interrupted', async () => {
    const target = await database('interrupted')
    const interruption = new AbortController()
    const stop = () => {
      interruption.abort(new Error('enough'))
    }
    const { signal } = interruption
    const refusal = await restoreBackup(file('1.jsonl'), target, stop, signal).catch(String)
    expect(refusal).to.equal('Error: enough')
    expect(await target.listCollections().toArray()).to.deep.equal([])
  })

  it('begins anew after a restore that was cut short, of which no backup is made', async () => {
    const target = await database('short')
    await target.collection<{ _id: string }>('unfinished-restore').insertOne({ _id: 'types' })
    await target.collection('types').insertOne({ half: true })
    const names = async () => (await target.listCollections().toArray()).map(({ name }) => name)
    const backup = writeBackup(await serverSource(target), file('short.jsonl'), takenAt)
    expect(await backup.catch(String)).to.include('was cut short')

    await restoreBackup(file('1.jsonl'), target)
    const restored = await names()
    expect(restored).to.not.include('unfinished-restore')
    expect(restored.length).to.be.above(1)
  })
})
