import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { checkCollection, checkFolder } from '../../src/embedded-mongo/check.js'
import { openEngine } from '../../src/embedded-mongo/engine.js'
import { readIndex } from '../../src/embedded-mongo/index-spec.js'
import { CATALOG, spaceKey, wholeSpace } from '../../src/embedded-mongo/keyspace.js'
import { parseDoc, toBytes } from '../../src/embedded-mongo/codec.js'
import { prepare } from '../../src/embedded-mongo/commands-write.js'
import { changeRecord } from '../../src/embedded-mongo/records.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'
import { Store } from '../../src/embedded-mongo/store.js'
import type { Doc } from '../../src/embedded-mongo/values.js'
import { crashRounds } from '../bench/crash/rounds.js'
import { endOf, spawnHost, startHost } from '../bench/hosts.js'

describe('durability of the embedded database', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'durable-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('loses nothing it acknowledged when it is killed amid writes of all kinds', async function () {
    this.timeout(60_000)
    const found = await crashRounds(dir, { rounds: 3, seed: 7, code: 'source' })

    expect(found.acknowledged).to.be.above(100)
    expect([...found.lost, ...found.torn, ...found.inconsistent]).to.deep.equal([])
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

  it('ends the process when its thread fails, tells clients, and has what it answered', async function () {
    this.timeout(30_000)
    const fault = join(dir, 'fault')
    const preload = join(dir, 'preload.cjs')
    await writeFile(preload, FAULTY)
    const env = { NODE_OPTIONS: `--require ${preload}`, FAULT_FILE: fault }
    const host = await startHost(join(dir, 'db'), { code: 'source', env })
    const client = await MongoClient.connect(host.uri, { serverSelectionTimeoutMS: 300 })
    const rows = client.db('fault').collection<{ _id: number }>('rows')
    let kept = 0
    let refusal = ''
    while (!refusal) {
      refusal = await rows.insertOne({ _id: kept }).then(() => '', String)
      if (!refusal) kept += 1
      if (kept === 5) await writeFile(fault, '')
    }
    const { code, said } = await host.ended
    await client.close()

    expect(refusal).to.match(/^Mongo(Network|ServerSelection)Error: .*(closed|ENOENT|ECONN|EPIPE)/)
    expect(said).to.include('a fault of the thread')
    expect(code).to.equal(1)
    const second = await startEmbeddedMongo({ dir: join(dir, 'db') })
    const again = await MongoClient.connect(second.uri)
    const ids = await again.db('fault').collection('rows').distinct('_id')
    expect(ids.slice(0, kept)).to.deep.equal([...Array(kept).keys()])
    expect(ids.length).to.be.within(kept, kept + 1)
    await again.close()
    await second.stop()
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

    const said = await endOf(spawnHost(dir, { code: 'source' }))
    expect(said).to.match(/is in use by process \d+\. Stop that process first/)
    await first.stop()
  })

  it('starts over the lock of a process that died, and of one whose number was reused', async () => {
    await (await startHost(dir, { code: 'source' })).kill()
    expect(await holderOf(dir)).to.match(/^\d+ \d+ [\w-]+$/)
    await (await startEmbeddedMongo({ dir })).stop()
    expect(await holderOf(dir)).to.equal(undefined)

    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    for (const holder of [`${process.pid} 12 ${boot}`, 'half writ', '']) {
      await holderOf(dir, holder)
      await (await startEmbeddedMongo({ dir })).stop()
    }
  })

  it('takes a folder again that a thread of its own, ended by force, has left', async () => {
    const first = await startEmbeddedMongo({ dir })
    const holder = await holderOf(dir)
    await first.stop()
    await holderOf(dir, holder)
    await (await startEmbeddedMongo({ dir })).stop()
  })

  it('refuses long keys that an earlier version cut in another way, and lets the folder go', async () => {
    const engine = await openEngine(dir)
    const { space } = await engine.store.change(() => engine.catalog.ensure('test', 'old'))
    await engine.close()
    const store = new Store(dir)
    const key = spaceKey(CATALOG, Buffer.concat([Buffer.from('c'), spaceKey(space)]))
    const entry = parseDoc(store.get(key) ?? Buffer.alloc(0))
    const indexes = (entry.indexes as Doc[]).map((one) => ({ ...one, longKeys: true }))
    await store.change(() => store.put(key, toBytes({ ...entry, indexes })))
    await store.close()
    for (const _twice of [1, 2])
      expect(await openEngine(dir).catch(String)).to.match(/earlier version .* restore it into/)
  })

  it('lets one of several processes that start at once have the folder', async function () {
    this.timeout(20_000)
    await (await startHost(dir, { code: 'source' })).kill()
    const starts = [1, 2, 3].map(() => startHost(dir, { code: 'source' }))
    const outcomes = await Promise.allSettled(starts)
    const [winner, ...others] = outcomes.filter(({ status }) => status === 'fulfilled')
    expect([winner?.status, others]).to.deep.equal(['fulfilled', []])
    for (const one of outcomes)
      if (one.status === 'rejected') expect(String(one.reason)).to.match(/is in use by process \d+/)
    if (winner?.status === 'fulfilled') await winner.value.stop()
  })

  it('gives the folder back when it can not listen', async () => {
    const first = await startEmbeddedMongo({ dir: join(dir, 'first'), port: 0 })
    const port = Number(first.tcpUri?.split(':').at(-1))
    const refusal = await startEmbeddedMongo({ dir: join(dir, 'second'), port }).catch(String)
    expect(refusal).to.include('EADDRINUSE')
    await (await startEmbeddedMongo({ dir: join(dir, 'second') })).stop()
    await first.stop()
  })

  it('keeps no document whose _id is BSON undefined', () => {
    expect(() => prepare({ _id: undefined, n: 1 }))
      .to.throw()
      .with.property('code', 53)
  })

  it('fails every write of a commit that fails, and leaves memory and disk agreeing', async () => {
    const engine = await openEngine(dir)
    const insert = (name: string, _id: string) =>
      engine.store.change(() => {
        const made = prepare({ _id, ...(_id === 'b' ? { other: ['x', 'y'] } : {}) })
        changeRecord(engine, engine.catalog.ensure('test', name), undefined, made)
      })
    const kept = await engine.store.change(() => engine.catalog.ensure('test', 'kept'))
    await engine.store.change(() => {
      const index = readIndex({ key: { other: 1 }, name: 'other' }, engine.catalog.newSpace())
      engine.catalog.setIndexes(kept, [...kept.indexes, index])
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
    expect(engine.catalog.list().map((one) => [one.name, one.count])).to.deep.equal([['kept', 1]])
    const [, other] = engine.catalog.need('test', 'kept').indexes
    expect(other?.name).to.equal('other')
    expect([...other!.arrayPaths]).to.deep.equal([])
    expect(engine.catalog.garbage.size).to.equal(0)

    await insert('kept', 'b')
    await insert('fresh', 'c')
    await engine.close()
    const reports = await checkFolder(dir)
    expect(reports.map(({ namespace, documents }) => [namespace, documents])).to.deep.equal([
      ['test.kept', 2],
      ['test.fresh', 1],
    ])
    expect(reports.flatMap((report) => report.problems)).to.deep.equal([])
  })

  it('makes no database where there is none to check', async () => {
    const refusal = await checkFolder(join(dir, 'none')).catch(String)
    expect(refusal).to.match(/There is no database in/)
    expect(await readdir(dir)).to.deep.equal([])
  })

  it('says which index and which document disagree', async () => {
    const engine = await openEngine(dir)
    const collection = await engine.store.change(() => {
      const made = engine.catalog.ensure('test', 'things')
      for (const _id of ['a', 'b']) changeRecord(engine, made, undefined, prepare({ _id }))
      return made
    })
    expect(checkCollection(engine, collection).problems).to.deep.equal([])

    const space = collection.indexes[0]!.space
    const [first] = engine.store.keys(wholeSpace(space), 1)
    await engine.store.change(() => {
      engine.store.remove(first!)
      engine.store.put(spaceKey(space, Buffer.from('stray')), Buffer.from([0, 0, 0, 0, 0, 9]))
    })
    const { problems } = checkCollection(engine, collection)
    await engine.close()
    expect(problems).to.deep.equal([
      'index _id_ lacks 1 keys, the last one of record id 1',
      'index _id_ has keys that belong to no document: 1',
    ])
  })
})

/** Loaded before the program: an uncaught error of its thread as soon as the file is there. */
const FAULTY = `
  const fail = () => {
    if (require('node:fs').existsSync(process.env.FAULT_FILE)) throw new Error('a fault of the thread')
  }
  if (!require('node:worker_threads').isMainThread) setInterval(fail, 10)
`

/** Who has the folder, as its file says; with `wanted` that is written into it. */
async function holderOf(dir: string, wanted?: string): Promise<string | undefined> {
  const store = new Store(dir)
  const key = spaceKey(CATALOG, Buffer.from('h'))
  const found = store.get(key)?.toString()
  if (wanted !== undefined) await store.change(() => store.put(key, Buffer.from(wanted)))
  await store.close()
  return found
}
