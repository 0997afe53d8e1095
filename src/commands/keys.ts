import { readConfig } from '../config.js'
import { findIssuers } from '../credentials/issuer-store.js'
import { rotateKeys } from '../credentials/rotate-keys.js'
import { publishedKeysOf } from '../credentials/signing-key-store.js'
import { makeIndexes, openDatabase } from '../database.js'
import { readSecrets } from '../secrets.js'

const usage = `npm run keys -- list              print every issuer with its keys
npm run keys -- rotate [ISSUER]   retire the keys of one issuer (did:web:…), or of all, and make new ones (the app may be running)
`

const config = readConfig()

async function list(): Promise<number> {
  for (const { id } of await findIssuers()) {
    console.log(id)
    for (const { kind, state, url, createdAt } of await publishedKeysOf(id))
      console.log(`  ${kind} ${state} since ${createdAt.toISOString()} ${url}`)
  }
  return 0
}

async function rotate(wanted: string | undefined): Promise<number> {
  const issuers = (await findIssuers()).filter(({ id }) => wanted === undefined || id === wanted)
  if (issuers.length === 0) {
    console.error('There is no such issuer. npm run keys -- list prints them.')
    return 1
  }
  const ports = { now: () => new Date(), sendMail: () => Promise.resolve() }
  const world = { config, secrets: readSecrets(config), ports }
  for (const { id } of issuers) {
    await rotateKeys(id, world)
    console.log(`${id} signs with new keys. The old ones stay published.`)
  }
  return 0
}

const [what, issuer] = process.argv.slice(2)
if (what === 'list' || what === 'rotate') {
  const database = await openDatabase(config, { join: true })
  await makeIndexes()
  process.exitCode = await (what === 'list' ? list() : rotate(issuer))
  await database.close()
} else {
  process.stderr.write(usage)
  process.exitCode = 2
}
