import { expect } from 'chai'
import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Int32, ObjectId } from 'bson'
import type { Collection } from '../../src/embedded-mongo/catalog.js'
import { parseDoc, toBytes } from '../../src/embedded-mongo/codec.js'
import { readIndex } from '../../src/embedded-mongo/index-spec.js'
import { openEngine, type Engine } from '../../src/embedded-mongo/engine.js'
import { compileSort, sorted } from '../../src/embedded-mongo/keys.js'
import { wholeSpace } from '../../src/embedded-mongo/keyspace.js'
import { compileMatch } from '../../src/embedded-mongo/match.js'
import { prepare } from '../../src/embedded-mongo/commands-write.js'
import { planQuery } from '../../src/embedded-mongo/planner.js'
import { changeRecord } from '../../src/embedded-mongo/records.js'
import { Query, type QuerySpec } from '../../src/embedded-mongo/query.js'
import type { Doc } from '../../src/embedded-mongo/values.js'

const number = fc.constantFrom<unknown>(1, 2, 3, 2.5, 4, 5, NaN)
const long = 'a'.repeat(1_990)
const text = fc.constantFrom<unknown>('', 'a', 'ab', 'b', long, `${long}b`)
const other = fc.constantFrom<unknown>(
  null,
  true,
  false,
  new Date(5),
  new ObjectId('000000000000000000000001'),
  { x: 1 },
)
const scalar = fc.oneof({ weight: 8, arbitrary: number }, { weight: 2, arbitrary: text }, other)
const array = fc.oneof(
  fc.array(number, { maxLength: 3 }),
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.record({ c: scalar, e: number }), { maxLength: 3 }),
)
const value = fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 2, arbitrary: array })
const sometimes = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 4 })
const document = fc
  .record({
    a: sometimes(value),
    b: sometimes(value),
    c: sometimes(scalar),
    d: sometimes(fc.record({ c: value })),
  })
  .map((doc) => Object.fromEntries(Object.entries(doc).filter(([, one]) => one !== undefined)))
const path = fc.constantFrom('a', 'a', 'b', 'b', 'c', 'd.c', 'a.c', 'a.e')
const direction = fc.constantFrom<1 | -1>(1, -1)
const condition = fc.oneof(
  scalar,
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $gt: number }),
  fc.record({ $lt: number }),
  fc.record({ $gt: number, $lt: number }),
  fc.record({ $gte: text, $lte: text }),
  fc.record({ $in: fc.array(number, { minLength: 1, maxLength: 3 }) }),
  fc.record({ $regex: fc.constantFrom('^a', '^ab?', 'b') }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $ne: scalar }),
)
const clauses = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(path, condition, { minKeys: 1, maxKeys: 1 }) },
  { weight: 1, arbitrary: fc.dictionary(path, condition, { maxKeys: 3 }) },
)
const filter = fc.oneof(
  { weight: 8, arbitrary: clauses },
  {
    weight: 1,
    arbitrary: fc.array(clauses, { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
  },
  { weight: 1, arbitrary: fc.tuple(clauses, clauses).map(([x, y]) => ({ $and: [x, y] })) },
)
const sort = fc.uniqueArray(fc.tuple(path, direction), { maxLength: 2, selector: ([name]) => name })
const index = fc.record({
  key: fc
    .uniqueArray(fc.tuple(path, direction), {
      minLength: 1,
      maxLength: 3,
      selector: ([name]) => name,
    })
    .map((fields) => Object.fromEntries(fields)),
  kind: fc.constantFrom('plain', 'plain', 'sparse', 'partial', 'present'),
})

describe('the planner of the embedded database', () => {
  let dir: string
  let engine: Engine
  let round = 0

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'planner-'))
    engine = await openEngine(dir)
  })
  after(async () => {
    await engine.close()
    await rm(dir, { recursive: true })
  })

  it('walks a partial index for the filter it was made with, and not the collection', async () => {
    const docs = [{ a: 1 }, { b: 1 }, { a: [{ c: 1 }] }]
    const collection = await fill('present', docs, [{ key: { b: 1 }, kind: 'present' }])
    const indexOf = (filter: Doc) => planQuery(collection, { filter }).index?.name

    expect(indexOf({ a: { $exists: true } })).to.equal('i0')
    expect(indexOf({ b: 2 })).to.equal(undefined)
    check(collection, { a: { $exists: true } }, {})
  })

  it('gives of a hinted sparse or partial index only the documents in it', async () => {
    const docs = [{ a: 1, b: 1 }, { b: 2 }, { a: 3 }, { a: 2, b: 3 }]
    const kinds = [
      { key: { b: 1 }, kind: 'sparse' },
      { key: { c: 1 }, kind: 'partial' },
    ]
    const collection = await fill('hinted', docs, kinds)
    const ask = (filter: Doc, hint: unknown) => {
      const query = new Query(engine, collection, { filter, hint })
      const found = [...query.rows()].flatMap((row) => (row ? [parseDoc(row.bytes)] : []))
      return { found: ids(found), counted: query.countKeys() }
    }

    expect(ask({}, undefined)).to.deep.equal({ found: [0, 1, 2, 3], counted: 4 })
    expect(ask({}, 'i0')).to.deep.equal({ found: [0, 1, 3], counted: 3 })
    expect(ask({ b: null }, { b: 1 }).found).to.deep.equal([])
    expect(ask({ b: { $exists: true } }, { c: 1 }).found).to.deep.equal([3])
  })

  it('finds an array whose elements meet conditions of two types', async () => {
    const docs = [{ a: ['', 4] }, { a: [5, false] }, { a: 4 }]
    const collection = await fill('types', docs, [{ key: { a: 1 }, kind: 'plain' }])

    check(collection, { $and: [{ a: { $lte: '' } }, { a: { $gt: 1 } }] }, {})
    check(collection, { $and: [{ a: { $lte: false } }, { a: { $gt: 1 } }] }, {})
  })

  it('bounds one path of an array only: another element may meet the next condition', async () => {
    const docs = [
      {
        a: [
          { b: 1, c: 2 },
          { b: 2, c: 1 },
        ],
      },
      { a: [{ b: 2, c: 2 }] },
      { a: { b: 1, c: 1 } },
    ]
    const collection = await fill('elements', docs, [
      { key: { 'a.b': 1, 'a.c': 1 }, kind: 'plain' },
    ])

    check(collection, { 'a.b': 1, 'a.c': 1 }, {})
    check(collection, { 'a.b': { $in: [1, 3] }, 'a.c': { $lt: 2 } }, { 'a.c': 1 })
  })

  it('finds null at a position beside what the position holds', async () => {
    const docs = [
      { a: [{ c: 1 }] },
      { a: [1] },
      { a: [null] },
      { a: [] },
      { b: 1 },
      { a: [2, { c: 1 }] },
    ]
    const collection = await fill('positions', docs, [{ key: { 'a.0': 1 }, kind: 'plain' }])

    check(collection, { 'a.0': null }, {})
    check(collection, { 'a.0': { $in: [null, 1] } }, {})
    check(collection, { 'a.0': 1 }, {})
  })

  it('takes no order from an index in which another field bounds the same array', async () => {
    const docs = [{ a: [{ c: 1 }] }, { a: [{ c: '' }, { c: 1 }] }]
    const collection = await fill('bounded', docs, [{ key: { 'a.c': 1, a: -1 }, kind: 'plain' }])

    check(collection, { 'a.c': 1 }, { a: -1 })
    check(collection, { 'a.c': { $in: [1, 2] } }, { a: -1 })
  })

  it('finds whole keys alone in an index whose long keys are cut', async () => {
    const docs = [`${long}b`, `${long}a`, 'a', long].map((a, b) => ({ a, b: b % 2 }))
    const collection = await fill('cut', docs, [{ key: { a: -1, b: 1 }, kind: 'plain' }])
    const indexOf = (spec: QuerySpec) => planQuery(collection, spec).index?.name

    expect(indexOf({ filter: { a: 'a', b: 0 } })).to.equal('i0')
    expect(indexOf({ filter: { a: 'a' } })).to.equal(undefined)
    expect(indexOf({ filter: {}, sort: { a: -1, b: 1 } })).to.equal(undefined)
    check(collection, { a: long, b: 1 }, {})
    check(collection, { a: { $in: [`${long}a`, `${long}b`] }, b: { $in: [0, 1] } }, { b: 1 })
    check(collection, { a: { $gt: long } }, { a: 1 })
  })

  it('bounds no key by more than fits', async () => {
    const collection = await fill(
      'short',
      [{ a: 'a' }, { a: 'b' }],
      [{ key: { a: 1 }, kind: 'plain' }],
    )

    check(collection, { a: { $gt: long } }, { a: 1 })
    check(collection, { a: { $lt: `${long}b` } }, { a: -1 })
    check(collection, { a: long }, {})
  })

  it('finds and orders through any index what a walk of the collection finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 8, maxLength: 30 }),
        fc.array(index, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(filter, sort), { minLength: 20, maxLength: 40 }),
        async (docs, indexes, queries) => {
          round += 1
          const collection = await fill(`c${round}`, docs, indexes)
          for (const [where, order] of queries) check(collection, where, Object.fromEntries(order))
        },
      ),
      { numRuns: 60 },
    )
  })

  async function fill(name: string, docs: Doc[], indexes: { key: Doc; kind: string }[]) {
    return engine.store.change(() => {
      const collection = engine.catalog.ensure('test', name)
      const made = indexes.map(({ key, kind }, position) =>
        readIndex(
          {
            key,
            name: `i${position}`,
            ...(kind === 'sparse' ? { sparse: true } : {}),
            ...(kind === 'partial'
              ? { partialFilterExpression: { a: { $gt: new Int32(1) } } }
              : {}),
            ...(kind === 'present' ? { partialFilterExpression: { a: { $exists: true } } } : {}),
          },
          engine.catalog.newSpace(),
        ),
      )
      engine.catalog.setIndexes(collection, [...collection.indexes, ...made])
      docs.forEach((doc, position) => {
        const made = prepare(parseDoc(toBytes({ _id: position, ...doc })))
        try {
          changeRecord(engine, collection, undefined, made)
        } catch (error) {
          expect(error).to.have.property('code', 171)
        }
      })
      return collection
    })
  }

  function check(collection: Awaited<ReturnType<typeof fill>>, where: Doc, order: Doc) {
    const filter = parseDoc(toBytes(where))
    const wanted = parseDoc(toBytes(order))
    const test = compileMatch(filter)
    const walked = stored(collection).filter(test)
    const inOrder = orderOf(walked, wanted)
    if (!inOrder) return
    const planned = run({ filter, sort: wanted })
    expect(ids(planned), JSON.stringify({ where, order })).to.have.members(ids(walked))
    if (Object.keys(order).length > 0) {
      const keys = planned.map(compileSort(wanted))
      expect(keys, JSON.stringify({ where, order, planned })).to.deep.equal(inOrder)
      const page = run({ filter, sort: wanted, skip: 1, limit: 2 }).map(compileSort(wanted))
      expect(page, JSON.stringify({ where, order })).to.deep.equal(inOrder.slice(1, 3))
    }
    const counted = new Query(engine, collection, { filter }).countKeys()
    if (counted !== undefined) expect(counted, JSON.stringify(where)).to.equal(walked.length)

    function run(spec: QuerySpec): Doc[] {
      const query = new Query(engine, collection, spec)
      const found: Doc[] = []
      for (const row of query.rows()) {
        if (row) found.push(parseDoc(row.bytes))
      }
      return found
    }
  }

  function stored({ space }: Collection): Doc[] {
    return [...engine.store.entries(wholeSpace(space))].map(({ value: bytes }) => parseDoc(bytes))
  }

  /** What sorts the documents, in order; undefined when that meets two arrays side by side, which is refused. */
  function orderOf(docs: Doc[], order: Doc): string[] | undefined {
    try {
      if (Object.keys(order).length === 0) return []
      const keyOf = compileSort(order)
      return sorted(docs, keyOf).map(keyOf)
    } catch (error) {
      expect(error).to.have.property('code', 2)
      return undefined
    }
  }

  function ids(docs: Doc[]): number[] {
    return docs.map((doc) => (doc._id as Int32).value)
  }
})
