import { sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import mongoose from 'mongoose'
import { awardsAfter } from '../../src/badges/award-store.js'
import { findPrograms } from '../../src/communities/program-store.js'
import { readConfig } from '../../src/config.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { checkJws } from '../../src/credentials/jws.js'
import { openIssuer, type SigningWorld } from '../../src/credentials/open-issuer.js'
import { openKeys } from '../../src/credentials/open-keys.js'
import { signAwards, type Signed } from '../../src/credentials/sign-awards.js'
import { openDatabase } from '../../src/database.js'
import { readSecrets } from '../../src/secrets.js'
import { quantile, rate, report, sideBySide } from './measure.js'
import { anonymousMemory, cookieOf, type BenchServer } from './servers.js'

const inBackground = 10_000
/** So long the background may take here, in milliseconds; what it reached by then is what is reported. */
const backgroundAllowance = 90_000
const signAsync = promisify(sign)
const verifyAsync = promisify(verify)

const worldOf = ({ dataDir, url }: BenchServer): SigningWorld => {
  const config = readConfig({ DATA_DIR: dataDir, BASE_URL: url })
  const ports = { now: () => new Date(), sendMail: () => Promise.resolve() }
  return { config, secrets: readSecrets(config), ports }
}

async function ourCommunity(): Promise<string> {
  const [program] = await findPrograms()
  return program?.communityId ?? ''
}

/** Takes away what was signed, so that the next run begins as this one did. */
async function forgetSigned(): Promise<void> {
  for (const name of ['credentials', 'status-places', 'status-lists', 'signing-walks'])
    await mongoose.connection.db?.collection(name).deleteMany({})
}

/** Credentials signed and checked a second, both proofs each, against bare Ed25519 and RS256 operations of the same size. */
async function benchSigning(world: SigningWorld): Promise<void> {
  const community = await ourCommunity()
  const awards = (await awardsAfter(community, '', 12_000)).filter(({ state }) => state === 'live')
  const [first] = awards
  if (!first) throw new Error('no awards')
  const line = signAwards(
    community,
    awards.map((award) => ({ award })),
    world,
  )
  let last: Signed | undefined
  const issue = async () => {
    const next = await line.next()
    if (next.done === true) throw new Error('too few awards')
    last = next.value
  }
  const keys = await openKeys(await openIssuer({ communityId: community }, world), world)
  await issue()
  const bytes = Buffer.from(last?.copy.embedded ?? '')
  const bareSign = async () => {
    sign(null, bytes, keys.Ed25519.privateKey)
    await signAsync('sha256', bytes, keys.RSA.privateKey)
  }
  const issued = await sideBySide(
    () => rate(issue),
    () => rate(bareSign),
  )
  report({
    bench: 'credentials issued, both proofs',
    ratio: issued.ratio,
    against: 'one bare Ed25519 and one bare RS256 signature of as many bytes',
    perSecond: issued.one,
    barePerSecond: issued.other,
    bytes: bytes.length,
  })
  await benchChecking(last, world, bytes)
}

async function benchChecking(signed: Signed | undefined, world: SigningWorld, bytes: Buffer) {
  if (!signed) throw new Error('nothing signed')
  const { embedded, jws } = signed.copy
  const document = JSON.parse(embedded) as JsonObject
  const { Ed25519, RSA } = await openKeys(
    await openIssuer({ communityId: await ourCommunity() }, world),
    world,
  )
  const ed25519 = sign(null, bytes, Ed25519.privateKey)
  const rsa = sign('sha256', bytes, RSA.privateKey)
  const check = async () => {
    const proofs = [
      await checkEmbedded(document, findIssuerKey),
      await checkJws(jws, findIssuerKey),
    ]
    if (proofs.some(({ issuerKey }) => issuerKey !== 'pass')) throw new Error('a check failed')
  }
  const bare = async () => {
    verify(null, bytes, Ed25519.privateKey, ed25519)
    await verifyAsync('sha256', bytes, RSA.privateKey, rsa)
  }
  const checked = await sideBySide(
    () => rate(check),
    () => rate(bare),
  )
  report({
    bench: 'credentials verified, both proofs and whose key it is',
    ratio: checked.ratio,
    against: 'one bare Ed25519 and one bare RS256 check of as many bytes',
    perSecond: checked.one,
    barePerSecond: checked.other,
  })
}

async function tokenOf({ url }: BenchServer): Promise<string> {
  const answer = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'manager@example.org', password: 'waymark-demo' }),
  })
  return ((await answer.json()) as { accessToken: string }).accessToken
}

interface Progress {
  readonly state: string
  readonly signed: number
}

/** Up to 10,000 awards signed in the background of a serving process, as far as it comes in its allowance, and what a signed-in page takes before and meanwhile. */
async function benchBackground(server: BenchServer): Promise<void> {
  const cookie = await cookieOf(server, 'learner@example.org')
  const headers = { authorization: `Bearer ${await tokenOf(server)}` }
  const home = async () => {
    const begin = performance.now()
    const answer = await fetch(`${server.url}/home`, { headers: { cookie } })
    await answer.text()
    if (!answer.ok) throw new Error(`home answered ${answer.status}`)
    return performance.now() - begin
  }
  const before: number[] = []
  for (let at = 0; at < 300; at += 1) before.push(await home())
  const signing = `${server.url}/api/v1/credentials/signing`
  const progress = async () => (await (await fetch(signing, { headers })).json()) as Progress
  const begin = performance.now()
  await fetch(signing, { method: 'POST', headers })
  const during: number[] = []
  const mayGoOn = () => performance.now() - begin < backgroundAllowance
  for (
    let signed = 0, state = 'running';
    signed < inBackground && state === 'running' && mayGoOn();
  ) {
    for (let at = 0; at < 20; at += 1) during.push(await home())
    ;({ signed, state } = await progress())
  }
  const { signed } = await progress()
  const seconds = (performance.now() - begin) / 1000
  const megabytes = anonymousMemory(server.pid) / 1024 / 1024
  await mongoose.connection.db
    ?.collection('signing-walks')
    .updateMany({}, { $set: { endedAt: new Date() } })
  const p95 = { before: quantile(before, 0.95), during: quantile(during, 0.95) }
  report({
    bench: 'p95 of the learner home while awards are signed in the background',
    ratio: p95.during / p95.before,
    against: 'the same page before',
    milliseconds: p95.during,
    beforeMilliseconds: p95.before,
    signed,
    of: inBackground,
    signedPerSecond: signed / seconds,
    megabytes,
  })
}

/** What signing and checking credentials costs. */
export async function benchCredentials(server: BenchServer): Promise<void> {
  const { dataDir } = server
  const database = await openDatabase({ mongodbUri: undefined, dataDir }, { join: true })
  await forgetSigned()
  await benchSigning(worldOf(server))
  await forgetSigned()
  await benchBackground(server)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await forgetSigned()
  await database.close()
}
