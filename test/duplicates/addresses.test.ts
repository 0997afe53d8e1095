import { expect } from 'chai'
import mongoose from 'mongoose'
import { putToken } from '../../src/access/account-secret-store.js'
import { confirmEmail } from '../../src/access/confirm-email.js'
import { confirmationLasts, hashToken } from '../../src/access/one-time-token.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { keepDuplicates } from '../../src/duplicates/duplicate-store.js'
import { pairOf } from '../../src/duplicates/duplicate.js'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { findByAddress } from '../../src/learners/find-by-address.js'
import { hideLearner, showLearner } from '../../src/learners/hide-store.js'
import { findLearner, saveIdentity } from '../../src/learners/learner-store.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { evidenceOfLearner } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, keep } from '../support/build-access.js'
import { keepCourses, providerStaffAt } from '../support/build-evidence.js'
import { actorOf } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import type { Person } from '../support/person.js'

const lee = anAccount('Lee Learner', 'learner', 'board', { learnerId: 'lee' })
const old = anAccount('Lee L', 'learner', 'board', { learnerId: 'old', email: 'old@example.org' })
const sam = anAccount('Sam Staff', 'staff', 'center')

describe('the addresses of a person whose double records were joined', () => {
  let world: TestApp
  let pat: Person
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepCourses()
    await saveOrganization(anOrganization('center', { kind: 'center' }))
    await keep(lee, old, sam)
    await saveIdentity('lee', { email: lee.email })
    pat = await providerStaffAt(world.app, 'Pat Provider')
  })
  afterEach(() => mailSettled())

  async function join() {
    const duplicate = { id: 'pair', communityId: community, learnerIds: pairOf('lee', 'old') }
    const found = { score: 90, reasons: [], state: 'open', foundAt: world.clock.at } as const
    await keepDuplicates([{ ...duplicate, ...found }])
    return mergeLearners(await actorOf(sam), 'pair', 'lee', world.ports)
  }
  const says = async (course: string) => {
    const said = { email: old.email, course, completedOn: '2015-03-01', score: '' }
    return (await pat.submit('/provider/attest', said)).status
  }
  /** The other address as it is while its mail was not opened yet; the token of it is `token`. */
  async function confirmLater(): Promise<void> {
    await mongoose.connection
      .collection<{ _id: string }>('accounts')
      .updateOne({ _id: old.id }, { $unset: { emailConfirmedAt: 1 } })
    const token = { hash: hashToken('token'), expiresAt: confirmationLasts(world.clock.at) }
    const { email, name, language } = old
    const mail = { id: 'mail', template: 'confirm', to: { email, name, language }, params: {} }
    await putToken(old.id, 'confirmation', token, mail)
  }
  const itemsOf = async (id: string) => (await evidenceOfLearner(id)).map(({ item }) => item).sort()

  it('still bring evidence by a school’s list, and none twice', async () => {
    await saveIdentity('old', { email: old.email })
    expect(await says('html')).to.equal(303)
    const merge = await join()

    expect(await says('css-basics')).to.equal(303)
    await says('html')

    expect(await itemsOf('lee')).to.deep.equal(['css-basics', 'html'])
    await undoMerge(await actorOf(sam), merge.id, world.ports)
    const found = await findByAddress(community, [old.email.toUpperCase(), lee.email, 'x@y.org'])
    expect(Object.fromEntries(found)).to.deep.equal({ [old.email]: 'old', [lee.email]: 'lee' })
  })

  it('are not exchanged when the other one is confirmed, nor mixed up when they are parted', async () => {
    await confirmLater()
    const merge = await join()

    await confirmEmail(old.id, 'token', world.clock.at)

    expect((await findLearner('lee'))?.email).to.equal(lee.email)
    await undoMerge(await actorOf(sam), merge.id, world.ports)
    expect((await findLearner('lee'))?.email).to.equal(lee.email)
    expect((await findByAddress(community, [old.email])).get(old.email)).to.equal('old')
  })

  it('find nobody of another program, nobody who is leaving, and none by an address not confirmed', async () => {
    await join()
    const whose = async (place = community) => (await findByAddress(place, [old.email])).size

    expect(await whose()).to.equal(1)
    expect(await whose('elsewhere')).to.equal(0)
    await hideLearner('lee', community, world.clock.at)
    expect(await whose()).to.equal(0)
    await showLearner('lee', community)
    await confirmLater()
    expect(await whose()).to.equal(0)
  })
})
