import { expect } from 'chai'
import { insertAwards } from '../../src/badges/award-store.js'
import { findCredential } from '../../src/credentials/credential-store.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { signEverything } from '../../src/credentials/sign-everything.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { keepLearners } from '../support/build-evidence.js'
import { anAward } from '../support/build-learning.js'
import { keepWorld, people } from '../support/build-record.js'
import { countAll, emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const many = 120
let world: TestApp
let max: Person

const idOf = (at: number) => `award-${String(at).padStart(4, '0')}`
const never = new AbortController().signal
const signing = async () => (await max.api('get', '/credentials/signing')).body as object

describe('signing every badge in the background', () => {
  before(async () => {
    world = testApp()
    await emptyDatabase()
    await keepWorld()
    await keepLearners(many)
    await insertAwards(
      Array.from({ length: many }, (_, at) =>
        anAward('html', {
          id: idOf(at),
          learnerId: `learner-${String(at).padStart(6, '0')}`,
          communityId: community,
          facts: [],
          ...(at === 7 && {
            state: 'withdrawn',
            withdrawn: { on: '2015-03-01', by: 'max', reason: 'Wrong.' },
          }),
        }),
      ),
    )
    max = await signIn(world.app, credentials(people.max))
  })

  it('is asked for by a manager, once at a time', async () => {
    const before = await signing()
    const asked = await max.submit('/edit/credentials/signing', {})
    const again = await max.api('post', '/credentials/signing')

    expect(before).to.include({ state: 'never' })
    expect(asked.status).to.equal(303)
    expect(again.status).to.equal(409)
    expect(await signing()).to.deep.equal({ state: 'running', done: 0, total: many, signed: 0 })
  })

  it('goes on after a stop from the last batch, and signs each badge once', async () => {
    await issueCredential(idOf(3), world)
    const kept = await findCredential(idOf(3))
    const stopper = new AbortController()
    await signEverything({
      world,
      signal: stopper.signal,
      touch: async () => {
        stopper.abort()
      },
    })
    const stopped = await signing()
    const page = await max.read('/edit/credentials/signing')
    await signEverything({ world, signal: never, touch: () => Promise.resolve() })

    expect(stopped).to.deep.equal({ state: 'running', done: 20, total: many, signed: 18 })
    expect(page('progress').attr('value')).to.equal('20')
    expect(await signing()).to.deep.equal({
      state: 'ended',
      done: many,
      total: many,
      signed: many - 2,
    })
    expect(await countAll('credentials')).to.equal(many - 1)
    expect(await findCredential(idOf(7))).to.equal(undefined)
    expect(await findCredential(idOf(3))).to.deep.equal(kept)
  })

  it('signs as well as the first look does', async () => {
    const { copies } = (await findCredential(idOf(99)))!
    const document = JSON.parse(copies[0]!.embedded) as JsonObject

    expect(await checkEmbedded(document, findIssuerKey)).to.include({
      signature: 'pass',
      issuerKey: 'pass',
    })
  })

  it('leaves out an award that cannot be signed, and signs the others', async () => {
    const broken = { learnerId: 'learner-000000', communityId: community, facts: [] }
    await insertAwards([
      anAward('gone', { ...broken, id: 'award-x', badgeVersion: 9 }),
      anAward('css', { ...broken, id: 'award-y' }),
    ])
    await max.api('post', '/credentials/signing')
    await signEverything({ world, signal: never, touch: () => Promise.resolve() })

    expect(await signing()).to.include({ state: 'ended', signed: 1 })
    expect(await findCredential('award-x')).to.equal(undefined)
    expect(await findCredential('award-y')).to.include({ badge: 'css' })
  })
})
