import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = new URL('../..', import.meta.url).pathname

describe('npm run db -- shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'))

  after(() => {
    rmSync(folder, { recursive: true })
  })

  async function run(env: Record<string, string>) {
    const args = ['--import', 'tsx', 'src/commands/db.ts', 'shell']
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { code: await ended, out, err }
  }

  it('opens mongosh on the embedded database, which it starts when nobody serves it', async () => {
    const stub = join(folder, 'mongosh')
    writeFileSync(stub, '#!/bin/sh\necho "asked for $1"; test -S "$DATA_DIR/db/mongo.sock"\n')
    chmodSync(stub, 0o755)
    const data = join(folder, 'data')
    const path = `${folder}:${process.env.PATH ?? ''}`
    const { code, out } = await run({ MONGODB_URI: '', DATA_DIR: data, PATH: path })

    const socket = encodeURIComponent(join(data, 'db', 'mongo.sock'))
    expect(out).to.equal(`asked for mongodb://${socket}/waymark\n`)
    expect(code).to.equal(0)
  })

  it('says how to get mongosh where it is not installed', async () => {
    const { code, err } = await run({
      MONGODB_URI: 'mongodb://localhost/x',
      PATH: folder + '/none',
    })

    expect(err).to.include('npm install -g mongosh')
    expect(code).to.equal(127)
  })
})
