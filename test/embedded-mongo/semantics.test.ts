import { expect } from 'chai'
import { EJSON, deserialize, serialize } from 'bson'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, MongoServerError } from 'mongodb'
import { compilePipeline } from '../../src/embedded-mongo/aggregate.js'
import { CommandError } from '../../src/embedded-mongo/error.js'
import { compileSort, sorted } from '../../src/embedded-mongo/keys.js'
import { arrayIndexOf, compileMatch } from '../../src/embedded-mongo/match.js'
import { compileProjection } from '../../src/embedded-mongo/project.js'
import type { QuerySpec } from '../../src/embedded-mongo/query.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'
import { compileUpdate, upsertSeed } from '../../src/embedded-mongo/update.js'
import { EXPRESSION_CASES, STAGE_CASES } from './semantics-cases/aggregate.js'
import type { Case, Row } from './semantics-cases/case.js'
import { MATCH_CASES, SORT_CASES } from './semantics-cases/match.js'
import { PROJECT_CASES, UPDATE_CASES } from './semantics-cases/update.js'

const TABLE: Record<string, Case[]> = {
  match: MATCH_CASES,
  sort: SORT_CASES,
  update: UPDATE_CASES,
  project: PROJECT_CASES,
  stage: STAGE_CASES,
  expression: EXPRESSION_CASES,
}

const typed = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const

/** A document as the server holds it: through BSON, with every number in its wrapper. */
const real = <T extends Row | Row[]>(value: T): T =>
  (deserialize(serialize({ value }), typed) as { value: T }).value

const text = (rows: readonly unknown[]) => EJSON.stringify(rows, { relaxed: false })

function pure(given: Case): Row[] {
  const docs = (given.docs ?? []).map((doc) => real({ ...doc }))
  const filter = real(given.filter ?? {})
  if (given.pipeline) {
    const world = {
      variables: {},
      find: (name: string, { filter, variables, sort, skip = 0, limit = 0 }: QuerySpec) => {
        const found = (given.beside?.[name] ?? [])
          .map((doc) => real({ ...doc }))
          .filter(compileMatch(filter, variables))
        const ordered = sort ? sorted(found, compileSort(sort)) : found
        return ordered.slice(skip, limit === 0 ? undefined : skip + limit)
      },
    }
    return [...compilePipeline(real(given.pipeline), world)(docs)]
  }
  const test = compileMatch(filter)
  if (given.update) {
    const arrayFilters = given.arrayFilters && real(given.arrayFilters)
    const update = compileUpdate(real(given.update), arrayFilters)
    const doc = docs.find(test)
    const arrayIndex = doc && arrayIndexOf(test, doc)
    const context = { arrayIndex, inserting: !doc }
    return [update.apply(doc ?? upsertSeed(filter), context)]
  }
  const project = compileProjection(given.projection && real(given.projection))
  const found = docs.filter(test)
  const ordered = given.sort ? sorted(found, compileSort(real(given.sort))) : found
  return project ? ordered.map(project.ofDoc) : ordered
}

function codeOf(run: () => unknown): number {
  try {
    run()
  } catch (error) {
    if (error instanceof CommandError) return error.code
    throw error
  }
  throw new Error('was not refused')
}

function check(given: Case, rows: readonly Row[]) {
  if (given.ids) expect(rows.map((row) => Number(row._id))).to.deep.equal(given.ids)
  else expect(text(rows)).to.equal(text(real([...(given.right ?? [])])))
}

describe('semantics of the embedded database', () => {
  it('covers at least 150 cases, each right or refused', () => {
    const cases = Object.values(TABLE).flat()
    expect(cases.length).to.be.greaterThan(250)
    for (const each of cases)
      expect(
        [each.right, each.ids, each.refused].filter((part) => part !== undefined),
      ).to.have.length(1)
  })

  for (const [topic, cases] of Object.entries(TABLE))
    describe(topic, () => {
      for (const given of cases)
        it(given.name, () => {
          if (given.refused === undefined) check(given, pure(given))
          else {
            const docs = given.docs ?? [{ _id: 1 }]
            expect(codeOf(() => pure({ ...given, docs }))).to.equal(given.refused)
          }
        })
    })
})

describe('semantics through the driver', () => {
  const dir = mkdtempSync(join(tmpdir(), 'semantics-'))
  let server: Awaited<ReturnType<typeof startEmbeddedMongo>>
  let client: MongoClient

  before(async () => {
    server = await startEmbeddedMongo({ dir })
    client = await new MongoClient(server.uri, typed).connect()
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(dir, { recursive: true })
  })

  /** The same question to the server, over a socket. */
  async function ask(given: Case): Promise<Row[]> {
    const db = client.db('semantics')
    await db.dropDatabase()
    for (const [name, rows] of Object.entries({ ...given.beside, a: given.docs ?? [{ _id: 1 }] }))
      if (rows.length > 0)
        await db.collection<Row>(name).insertMany(rows.map((row) => ({ ...row })))
    const rows = db.collection<Row>('a')
    if (given.pipeline) return rows.aggregate<Row>(given.pipeline, typed).toArray()
    if (given.update) {
      const { arrayFilters, upsert = false } = given
      const options = { upsert, ...(arrayFilters && { arrayFilters }) }
      const replaces =
        !Array.isArray(given.update) && !Object.keys(given.update)[0]?.startsWith('$')
      if (replaces) await rows.replaceOne(given.filter ?? {}, given.update, { upsert })
      else await rows.updateOne(given.filter ?? {}, given.update, options)
      return rows.find({}, typed).toArray()
    }
    const { filter = {}, sort = {}, projection = {} } = given
    return db.runCursorCommand({ find: 'a', filter, sort, projection }, typed).toArray() as Promise<
      Row[]
    >
  }

  for (const [topic, cases] of Object.entries(TABLE))
    it(`answers all of ${topic} alike`, async () => {
      for (const given of cases) {
        let answer: Row[] | number
        try {
          answer = await ask(given)
        } catch (error) {
          if (!(error instanceof MongoServerError)) throw new Error(given.name, { cause: error })
          answer = Number(error.code)
        }
        if (given.refused !== undefined) expect(answer, given.name).to.equal(given.refused)
        else if (typeof answer === 'number') expect.fail(`${given.name}: refused with ${answer}`)
        else check(given, answer)
      }
    })
})
