import { expect } from 'chai'
import { awardsOf, raiseAwards } from '../../src/badges/award-store.js'
import { changeCredentials } from '../../src/credentials/change-credentials.js'
import type { ChangeKind } from '../../src/credentials/credential-change.js'
import { credentialsWithDueBits, findCredential } from '../../src/credentials/credential-store.js'
import { currentCopy, type Copy, type JsonObject } from '../../src/credentials/credential.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { statusOf } from '../../src/credentials/read-status.js'
import { deliverMail } from '../../src/messages/deliver-mail.js'
import { saveIdentity } from '../../src/learners/learner-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { adaFinished, adaId, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

let world: TestApp
let max: Person

const manager = {
  accountId: people.max.id,
  name: people.max.name,
  email: people.max.email,
  language: 'en',
  roles: people.max.roles,
} as const

const documentOf = (copy: Copy) => JSON.parse(copy.embedded) as JsonObject
const statusOfCopy = async (copy: Copy) =>
  (await statusOf(documentOf(copy)['credentialStatus'] as JsonObject)).outcome

const change = (kind: ChangeKind, ids: string[], reason = 'A test of ours.') =>
  changeCredentials(manager, ids, { kind, reason }, world)

const pass = (seconds: number) => {
  world.clock.at = new Date(world.clock.at.getTime() + seconds * 1000)
}

const copiesOf = async (id: string) => (await findCredential(id))!.copies
const statusesOf = async (id: string) => Promise.all((await copiesOf(id)).map(statusOfCopy))

describe('changing signed badges', () => {
  beforeEach(async () => {
    world = testApp()
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css', 'js'], 'self-reported')
    max = await signIn(world.app, credentials(people.max))
  })

  it('withdraws the badge and every copy of it at once, by the page managers always had', async () => {
    const { copy } = await issueCredential('award-html', world)

    const done = await max.submit('/edit/awards/award-html/withdraw', { reason: 'Wrong person.' })

    expect(done.status).to.equal(303)
    expect(await statusOfCopy(copy)).to.equal('fail')
    expect(await findCredential('award-html')).to.include({ state: 'revoked' })
    expect((await awardsOf(adaId)).map(({ badge }) => badge)).to.deep.equal(['css', 'js'])
    await deliverMail()
    const [mail] = world.mails.filter(({ to }) => to === people.ada.email)
    expect(mail?.subject).to.equal('A badge of yours was withdrawn: Badge html')
    expect(mail?.text).to.include('Wrong person.')
  })

  it('signs nothing for a badge that was withdrawn before', async () => {
    await max.submit('/edit/awards/award-css/withdraw', { reason: 'Wrong person.' })

    const thrown = await issueCredential('award-css', world).catch((error: unknown) => error)

    expect(thrown).to.include({ kind: 'refused' })
    expect(await findCredential('award-css')).to.equal(undefined)
  })

  it('puts a copy on hold, and lifts by a new copy: what was on hold stays so', async () => {
    const { copy } = await issueCredential('award-html', world)
    pass(60)
    await change('suspend', ['award-html'])
    const held = await issueCredential('award-html', world)
    pass(60)
    await change('lift', ['award-html'])

    expect(held.credential.state).to.equal('suspended')
    expect(held.copy.jws).to.equal(copy.jws)
    expect(await statusesOf('award-html')).to.deep.equal(['fail', 'pass'])
    const [before, after] = (await copiesOf('award-html')).map(documentOf)
    expect(after?.['id']).to.equal(before?.['id'])
    expect(String(after?.['validFrom']) > String(before?.['validFrom'])).to.equal(true)
    expect(after?.['awardedDate']).to.equal(before?.['awardedDate'])
    await deliverMail()
    expect(world.mails.map(({ subject }) => subject)).to.deep.equal([
      'Your signed badge is on hold: Badge html',
      'Your signed badge counts again: Badge html',
    ])
  })

  it('corrects by a new copy, and the old ones no longer count (I2)', async () => {
    await issueCredential('award-html', world)
    await saveIdentity(adaId, { email: 'ada.new@example.org' })
    await change('reissue', ['award-html'])

    expect(await statusesOf('award-html')).to.deep.equal(['fail', 'pass'])
    const [before, after] = await copiesOf('award-html')
    expect(before?.withdrawn).to.include({ kind: 'replaced', by: people.max.id })
    expect([documentOf(after!)['id'], documentOf(after!)['awardedDate']]).to.deep.equal([
      documentOf(before!)['id'],
      documentOf(before!)['awardedDate'],
    ])
    expect(
      String(documentOf(after!)['validFrom']) > String(documentOf(before!)['validFrom']),
    ).to.equal(true)
  })

  it('signs a new copy when better evidence came, and leaves the old one good', async () => {
    await issueCredential('award-html', world)
    const [award] = await awardsOf(adaId)
    const to = { evidenceLevel: 'provider-confirmed', facts: [], badgeVersion: 1 } as const
    await raiseAwards([{ award: award!, to }])
    const raised = await issueCredential(award!.id, world)
    const again = await issueCredential(award!.id, world)

    expect(raised.credential.id).to.equal(award!.id)
    expect(currentCopy(raised.credential).evidenceLevel).to.equal('provider-confirmed')
    expect(again.copy.jws).to.equal(raised.copy.jws)
    expect(new Set(await statusesOf(award!.id))).to.deep.equal(new Set(['pass']))
  })

  it('changes many, and says of each why it could not be', async () => {
    for (const id of ['award-html', 'award-css']) await issueCredential(id, world)
    await change('suspend', ['award-css'])

    const changed = await change('suspend', ['award-html', 'award-css', 'award-js', 'nobody'])

    expect(changed.map(({ outcome, why }) => why ?? outcome)).to.deep.equal([
      'done',
      'credentials:problem.suspend.suspended',
      'http:problem.notFound',
      'http:problem.notFound',
    ])
    expect(await credentialsWithDueBits(10)).to.deep.equal([])
  })

  it('lets two managers decide at once, once', async () => {
    await issueCredential('award-html', world)

    const answers = await Promise.all([1, 2, 3].map(() => change('suspend', ['award-html'])))

    expect(answers.flat().filter(({ outcome }) => outcome === 'done')).to.have.length(1)
    await deliverMail()
    expect(world.mails).to.have.length(1)
  })

  it('is done on a page, after a reason, for those picked or a whole page', async () => {
    for (const id of ['award-html', 'award-css']) await issueCredential(id, world)
    const list = await max.read('/edit/credentials?badge=html')
    const ask = '/edit/credentials/change?kind=suspend&whole=page'
    const asked = await max.read(ask)
    const ids = asked('main input[name=ids]')
      .toArray()
      .map((one) => asked(one).attr('value') ?? '')
    const without = await max.submit(ask, { kind: 'suspend', ids, reason: '' })
    const done = await max.submit(ask, { kind: 'suspend', ids, reason: 'We check something.' })
    const again = await max.submit(ask, { kind: 'suspend', ids, reason: 'We check something.' })
    const csv = await max.get('/edit/credentials.csv?state=suspended')

    expect(list('#credentials tbody tr')).to.have.length(1)
    expect(ids).to.have.members(['award-html', 'award-css'])
    expect(without.status).to.equal(422)
    expect(without.text).to.include('error-summary')
    expect(done.headers['location']).to.match(/^\/edit\/credentials\?notice=/)
    expect(again.text).to.include('It is on hold already.')
    expect(csv.text.trim().split('\n')).to.have.length(3)
  })

  it('is done by a call too, and by managers only', async () => {
    await issueCredential('award-html', world)
    const ada = await signIn(world.app, credentials(people.ada))
    const body = { kind: 'suspend', ids: ['award-html'], reason: 'We check something.' }

    const refused = await ada.api('post', '/credentials/changes', body)
    const done = await max.api('post', '/credentials/changes', body)
    const wrong = await max.api('post', '/credentials/changes', { ...body, reason: '' })

    expect([refused.status, done.status, wrong.status]).to.deep.equal([403, 200, 422])
    expect(done.body).to.deep.equal({ items: [{ id: 'award-html', outcome: 'done' }] })
    expect((await ada.get('/edit/credentials')).status).to.equal(403)
  })
})
