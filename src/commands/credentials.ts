import { parseArgs } from 'node:util'
import { readConfig } from '../config.js'
import { findPrograms } from '../communities/program-store.js'
import { signEverything } from '../credentials/sign-everything.js'
import { findSigningWalk } from '../credentials/signing-walk-store.js'
import { wantSigning } from '../credentials/want-signing.js'
import { makeIndexes, openDatabase } from '../database.js'
import { readSecrets } from '../secrets.js'
import { progressBar } from './progress.js'

const usage = `npm run credentials -- sign [--community ID]   sign every badge that is not signed yet (the app may be running)
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { community: { type: 'string' } },
})

async function sign(): Promise<number> {
  const config = readConfig()
  const database = await openDatabase(config, { join: true })
  await makeIndexes()
  const ports = { now: () => new Date(), sendMail: () => Promise.resolve() }
  const world = { config, secrets: readSecrets(config), ports }
  const stopper = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stopper.abort()
    })
  const programs = await findPrograms()
  const wanted = programs.filter(
    ({ communityId }) => values.community === undefined || values.community === communityId,
  )
  for (const { communityId, name } of wanted) {
    const walk = await findSigningWalk(communityId)
    if (!walk || walk.endedAt) await wantSigning(communityId, ports)
    const bar = progressBar(name)
    const touch = async () => {
      const { done = 0, total = 0 } = (await findSigningWalk(communityId)) ?? {}
      bar.tell(done, total)
    }
    await touch()
    await signEverything({ world, signal: stopper.signal, touch })
    bar.stop()
    console.log(`${name}: ${(await findSigningWalk(communityId))?.signed ?? 0} badges signed`)
  }
  await database.close()
  if (wanted.length === 0) console.error('There is no such community.')
  return wanted.length === 0 ? 1 : 0
}

if (positionals[0] === 'sign') process.exitCode = await sign()
else {
  process.stderr.write(usage)
  process.exitCode = 2
}
