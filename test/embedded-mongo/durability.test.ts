import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { checkCollection, checkFolder } from '../../src/embedded-mongo/check.js'
import { openEngine } from '../../src/embedded-mongo/engine.js'
import { readIndex } from '../../src/embedded-mongo/index-spec.js'
import { prepareDoc } from '../../src/embedded-mongo/modify.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

const writer = new URL('./crash-writer.ts', import.meta.url).pathname

describe('durability of the embedded database', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'durable-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('loses nothing it acknowledged when it is killed in the middle of writing', async function () {
    this.timeout(60_000)
    const lines: string[] = []
    for (const round of [1, 2, 3]) lines.push(...(await writeUntilKilled(dir, round, 60)))
    const ids = (kind: string) =>
      lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(2))
    const deleted = new Set(ids('d'))
    const updated = new Set(ids('u'))

    const database = await startEmbeddedMongo({ dir })
    const client = await MongoClient.connect(database.uri)
    const stored = await client.db('crash').collection('learners').find().toArray()
    const totals = await client.db('crash').collection('totals').find().toArray()
    await client.close()
    await database.stop()

    const byId = new Map(stored.map((one) => [String(one._id), one]))
    expect(ids('i')).to.have.length.above(100)
    expect(ids('i').filter((id) => !deleted.has(id) && !byId.has(id) && !isLast(id))).to.deep.equal(
      [],
    )
    expect([...deleted].filter((id) => byId.has(id))).to.deep.equal([])
    const undone = [...updated].filter((id) => byId.has(id) && Number(byId.get(id)?.n) < 1_000)
    expect(undone).to.deep.equal([])
    for (const { _id, n } of totals)
      expect(n).to.be.at.least(ids('t').filter((one) => `writer ${one}` === String(_id)).length)
    for (const report of await checkFolder(dir))
      expect(report.problems, report.namespace).to.deep.equal([])

    /** The last id of a writer in a round may be gone: its delete was done but not yet acknowledged. */
    function isLast(id: string): boolean {
      const [round, of] = id.split('-')
      const own = ids('i').filter((one) => one.startsWith(`${String(round)}-${String(of)}-`))
      return own.at(-1) === id
    }
  })

  it('lets a process end by itself amid its writes', async function () {
    this.timeout(60_000)
    const file = new URL('./exit-writer.ts', import.meta.url).pathname
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, ['--import', 'tsx', file, dir], { stdio: 'ignore' })
      const hung = setTimeout(() => child.kill('SIGKILL'), 12_000)
      const code = await new Promise((resolve) => child.once('exit', resolve))
      clearTimeout(hung)
      expect(code).to.equal(3)
    }
  })

  it('gives a second process on the folder one clear sentence', async () => {
    const first = await startEmbeddedMongo({ dir })
    const refusal = await startEmbeddedMongo({ dir }).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(refusal)
      .to.have.property('message')
      .that.matches(/is in use by process \d+\. Stop that/)

    const child = spawnWriter(dir, 9)
    const said = await text(child)
    expect(said).to.match(/is in use by process \d+\. Stop that process first/)
    await first.stop()
  })

  it('starts over the lock of a process that died, and of one whose number was reused', async () => {
    await writeUntilKilled(dir, 1, 5)
    expect(JSON.parse(await readFile(join(dir, 'lock'), 'utf8'))).to.have.property('pid')
    await (await startEmbeddedMongo({ dir })).stop()

    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    await writeFile(
      join(dir, 'lock'),
      JSON.stringify({ pid: 1, startedAt: '12', boot, socketPath: '' }),
    )
    await (await startEmbeddedMongo({ dir })).stop()
    await writeFile(join(dir, 'lock'), 'half writ')
    await (await startEmbeddedMongo({ dir })).stop()
  })

  it('fails every write of a commit that fails, and leaves memory and disk agreeing', async () => {
    const engine = openEngine(dir)
    const insert = (name: string, _id: string) =>
      engine.store.change(() => {
        const { bytes, doc } = prepareDoc({ _id, ...(_id === 'b' ? { other: ['x', 'y'] } : {}) })
        engine.records.insert(engine.catalog.ensure('test', name), bytes, doc)
      })
    const kept = await engine.store.change(() => engine.catalog.ensure('test', 'kept'))
    const other = await engine.store.change(() => {
      const index = readIndex({ key: { other: 1 }, name: 'other' }, engine.catalog.newSpace())
      engine.catalog.setIndexes(kept, [...kept.indexes, index])
      return index
    })
    await insert('kept', 'a')

    const outcomes = await Promise.allSettled([
      insert('kept', 'b'),
      insert('fresh', 'c'),
      engine.store.change(() => {
        engine.catalog.drop(kept)
        throw new Error('no space left on device')
      }),
    ])
    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal([
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(engine.catalog.list().map((one) => [one.name, one.count, one.dropped])).to.deep.equal([
      ['kept', 1, false],
    ])
    expect([...other.arrayPaths]).to.deep.equal([])
    expect(engine.catalog.garbage.size).to.equal(0)

    await insert('kept', 'b')
    await insert('fresh', 'c')
    await engine.store.close()
    const reports = await checkFolder(dir)
    expect(reports.map(({ namespace, documents }) => [namespace, documents])).to.deep.equal([
      ['test.kept', 2],
      ['test.fresh', 1],
    ])
    expect(reports.flatMap((report) => report.problems)).to.deep.equal([])
  })

  it('says which index and which document disagree', async () => {
    const engine = openEngine(dir)
    const collection = await engine.store.change(() => {
      const made = engine.catalog.ensure('test', 'things')
      for (const _id of ['a', 'b']) {
        const { bytes, doc } = prepareDoc({ _id })
        engine.records.insert(made, bytes, doc)
      }
      return made
    })
    expect(checkCollection(engine, collection).problems).to.deep.equal([])

    const space = collection.indexes[0]!.space
    const low = Buffer.from([0, 0, 0, space])
    const [first] = [...engine.store.keys(low, Buffer.from([0, 0, 0, space + 1]), false)]
    await engine.store.change(() => {
      engine.store.remove(first!)
      engine.store.put(Buffer.concat([low, Buffer.from('stray')]), Buffer.from([0, 0, 0, 0, 0, 9]))
    })
    const { problems } = checkCollection(engine, collection)
    await engine.store.close()
    expect(problems).to.deep.equal(['index _id_ lacks a key of the document with record id 1'])
  })
})

function spawnWriter(dir: string, round: number): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', writer, dir, String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function text(child: ChildProcess): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await new Promise((resolve) => child.once('exit', resolve))
  return said
}

/** Kills the writer with SIGKILL after so many acknowledgements; answers all that it printed. */
async function writeUntilKilled(dir: string, round: number, lines: number): Promise<string[]> {
  const child = spawnWriter(dir, round)
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    if (printed.split('\n').length > lines * 4) child.kill('SIGKILL')
  })
  const failed = text(child)
  await new Promise((resolve) => child.once('close', resolve))
  expect(await failed).to.equal('')
  return printed.split('\n').slice(0, -1)
}
