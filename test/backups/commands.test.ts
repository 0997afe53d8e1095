import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { MongoClient, type Db } from 'mongodb'
import { openEngine } from '../../src/embedded-mongo/engine.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

const root = new URL('../..', import.meta.url).pathname

interface Row {
  _id: number
}

describe('npm run backup, restore and db -- check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'))
  const dataOf = (name: string) => join(folder, name)

  after(() => {
    rmSync(folder, { recursive: true })
  })

  async function run(command: string, given: string[], env: Record<string, string>) {
    const args = ['--import', 'tsx', `src/commands/${command}.ts`, ...given]
    const clean = { ...process.env, MONGODB_URI: '', ...env }
    const child = spawn(process.execPath, args, { cwd: root, env: clean })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { code: await ended, out, err }
  }

  async function open(name: string) {
    const server = await startEmbeddedMongo({ dir: join(dataOf(name), 'db'), durable: false })
    const client = await MongoClient.connect(server.uri)
    const stop = async () => {
      await client.close()
      await server.stop()
    }
    return { uri: `${server.uri}/waymark`, db: client.db('waymark'), stop }
  }

  const contentOf = async (db: Db) => ({
    rows: await db.collection('rows').countDocuments(),
    even: await db.collection('rows').countDocuments({ even: true }),
    indexes: (await db.collection('rows').indexes()).map(({ name }) => name),
  })

  it('carries a database that is written to, by file, to an empty folder and to MONGODB_URI', async function () {
    this.timeout(60_000)
    const first = await open('first')
    const rows = first.db.collection<Row>('rows')
    await rows.insertMany(Array.from({ length: 3_000 }, (_, n) => ({ _id: n, even: n % 2 === 0 })))
    await rows.createIndex({ even: 1, _id: -1 }, { name: 'even' }, {})
    const state = { done: false, written: 3_000 }
    const writing = (async () => {
      for (; !state.done; state.written += 1) await rows.insertOne({ _id: state.written })
    })()
    const file = join(folder, 'first.jsonl.gz')
    const backup = await run('backup', [file], { DATA_DIR: dataOf('first') })
    state.done = true
    await writing
    await first.stop()

    expect(backup.err).to.match(/documents \[=+\] 100%/)
    const documents = Number(/^(\d+) documents backed up to /.exec(backup.out)?.[1])
    expect(documents).to.be.within(3_001, state.written)

    const restored = await run('restore', [file], { DATA_DIR: dataOf('second') })
    expect(restored).to.include({ code: 0, out: `${documents} documents restored from ${file}\n` })
    expect(restored.err).to.match(/bytes \[=+\] 100%/)

    const server = await open('server')
    const over = await run('restore', [file], { MONGODB_URI: server.uri })
    expect(over).to.include({ code: 0 })
    const second = await open('second')
    const content = { rows: documents, even: 1_500, indexes: ['_id_', 'even'] }
    expect(await contentOf(second.db)).to.deep.equal(content)
    expect(await contentOf(server.db)).to.deep.equal(content)
    const back = join(folder, 'server.jsonl')
    const fromServer = await run('backup', [back], { MONGODB_URI: server.uri })
    expect(fromServer.out).to.equal(`${documents} documents backed up to ${back}\n`)
    await Promise.all([second.stop(), server.stop()])
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).to.deep.equal([])
  })

  it('starts no program on a database whose restore was cut short', async () => {
    const { db, stop } = await open('short')
    await db.createCollection('unfinished-restore')
    await stop()
    const refused = await run('db', ['rebuild'], { DATA_DIR: dataOf('short') })
    expect(refused.code).to.equal(1)
    expect(refused.err).to.include('A restore into this database was cut short')
  })

  it('tells whether every index agrees with its collection, and waits for the app to stop', async function () {
    this.timeout(30_000)
    const env = { DATA_DIR: dataOf('checked') }
    const checked = await open('checked')
    await checked.db.collection<Row>('rows').insertMany([{ _id: 1 }, { _id: 2 }])
    const busy = await run('db', ['check'], env)
    await checked.stop()
    expect(busy.code).to.equal(1)
    expect(busy.err).to.match(/is in use by process \d+\. Stop that process first/)

    const right = await run('db', ['check'], env)
    expect(right).to.include({ code: 0, out: 'waymark.rows: 2 documents, 1 indexes, right\n' })

    const engine = await openEngine(join(dataOf('checked'), 'db'))
    const collection = engine.catalog.find('waymark', 'rows')
    const [index] = collection?.indexes ?? []
    const space = Buffer.alloc(4)
    space.writeUInt32BE(index?.space ?? 0)
    await engine.store.change(() => {
      engine.store.put(
        Buffer.concat([space, Buffer.from('stray')]),
        Buffer.from([0, 0, 0, 0, 0, 9]),
      )
    })
    await engine.close()
    const wrong = await run('db', ['check'], env)
    expect(wrong.code).to.equal(1)
    expect(wrong.out).to.include('index _id_ has keys that belong to no document: 1')
  })
})
