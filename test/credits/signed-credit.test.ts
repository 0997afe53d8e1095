import { expect } from 'chai'
import { load } from 'cheerio'
import mongoose from 'mongoose'
import { changeCredentials } from '../../src/credentials/change-credentials.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { openIssuer } from '../../src/credentials/open-issuer.js'
import { copiesOf } from '../../src/credits/credit-copy-store.js'
import { issueCredit } from '../../src/credits/issue-credit.js'
import { revokeCredit } from '../../src/credits/revoke-credit.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep } from '../support/build-access.js'
import { actorOf } from '../support/build-handoff.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

interface Answer {
  readonly id: string
  readonly state: string
  readonly overall: string
  readonly checks: readonly { readonly name: string; readonly outcome: string }[]
  readonly detail: string
}
interface Signed extends JsonObject {
  readonly issuer: { readonly id: string; readonly description?: string }
  readonly credentialSubject: { readonly creditsEarned: number; readonly narrative: string }
}

describe('credit that a college gave', () => {
  let it_: TestApp
  let ada: Person
  let cora: Person
  let rita: Person

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await keepConsent()
    const second = anAccount('Rita Registrar', 'college', 'pcc')
    await keep(second)
    ada = await signIn(it_.app, credentials(people.ada))
    cora = await signIn(it_.app, credentials(people.cora))
    rita = await signIn(it_.app, credentials(second))
  })

  const file = async () =>
    ((await ada.api('post', '/claims', { agreement: 'cis-122-v1' })).body as Answer).id
  const decide = (person: Person, id: string, decision: object) =>
    person.api('post', `/claims/${id}/decisions`, decision)
  const signed = async (id: string, person = ada) =>
    (await person.api('get', `/claims/${id}/credential`)).body as Signed
  const verdict = async (document: object) =>
    (await ada.api('post', '/verifications', document)).body as Answer

  it('is a signed credential of the course that anybody can check', async () => {
    const id = await file()
    expect((await ada.api('get', `/claims/${id}/credential`)).status).to.equal(409)
    await decide(cora, id, { decision: 'grant' })

    const document = await signed(id)

    expect(document).to.include({ id: `urn:uuid:${id}`, name: 'CIS 122 Programming Logic' })
    expect(document.credentialSubject.creditsEarned).to.equal(4)
    expect(document.credentialSubject.narrative).to.contain('4 quarter credits')
    expect(JSON.stringify(document)).not.to.match(/ada\.lovelace|Lovelace/)
    expect(await verdict(document)).to.include({ overall: 'pass' })
    const changed = { ...document, description: 'The pcc gave 40 quarter credits.' }
    expect(await verdict(changed)).to.include({ overall: 'fail' })
    expect(await signed(id, cora)).to.deep.equal(document)
  })

  it('is signed by the program, which says so, until the college has a key of its own', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'grant' })
    expect((await signed(id)).issuer.description).to.equal(
      'Signed for The pcc, which has no key of its own.',
    )

    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await keepConsent()
    const own = await openIssuer({ organizationId: 'pcc' }, it_)
    ada = await signIn(it_.app, credentials(people.ada))
    cora = await signIn(it_.app, credentials(people.cora))
    const next = await file()
    await decide(cora, next, { decision: 'grant' })

    const { issuer } = await signed(next)
    expect(issuer.id).to.equal(own.id)
    expect(issuer.description).to.equal(undefined)
  })

  it('is signed once, however many ask at the same time', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'grant' })

    const copies = await Promise.all([1, 2, 3, 4].map(() => issueCredit(id, it_)))

    expect(new Set(copies.map((copy) => copy?.jws)).size).to.equal(1)
    expect(await copiesOf(id)).to.have.length(1)
  })

  it('stays while an appeal is decided; a raised part is signed anew and the old copy revoked', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'part', credits: 2, reason: 'Half of it.' })
    const half = await signed(id)
    await ada.api('post', `/claims/${id}/appeals`, { reason: 'I built more than that.' })
    expect(await signed(id)).to.deep.equal(half)
    expect(await verdict(half)).to.include({ overall: 'pass' })

    expect((await decide(rita, id, { decision: 'grant' })).status).to.equal(201)

    const whole = await signed(id)
    expect([half, whole].map((one) => one.credentialSubject.creditsEarned)).to.deep.equal([2, 4])
    const old = await verdict(half)
    expect(old.overall).to.equal('fail')
    expect(old.checks.find(({ name }) => name === 'status')?.outcome).to.equal('fail')
    expect(await verdict(whole)).to.include({ overall: 'pass' })
    expect(await revokeCredit(it_.ports)).to.equal(0)
  })

  it('is revoked by the next turn when the process died right after the decision', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'part', credits: 2, reason: 'Half of it.' })
    const half = await signed(id)
    await mongoose.connection.db
      ?.collection<{ _id: string }>('claims')
      .updateOne({ _id: id }, { $set: { granted: 3, revokes: true }, $inc: { revision: 1 } })

    expect(await revokeCredit(it_.ports)).to.equal(1)

    expect(await verdict(half)).to.include({ overall: 'fail' })
  })

  it('is on the record, its page, the paper and the chain', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'grant' })
    const address = `/credit/claims/${id}/credential.json`

    const record = (await ada.api('get', '/me/record')).body as { credits: object[] }
    expect(record.credits[0]).to.include({ credentialUrl: address })
    for (const path of ['/credit', '/record'])
      expect((await ada.read(path))(`main a[href="${address}"]`)).to.have.length(1)
    const file_ = await ada.get(address)
    expect(file_.headers['content-disposition']).to.contain('credit.json')
    const chain = (await ada.api('get', '/me/chain')).text
    const links = JSON.parse(load(chain)('#chain-data').text()) as {
      readonly links: readonly string[]
    }
    const inside = links.links.flatMap((link) => {
      const text = Buffer.from(link.split('.')[1] ?? '', 'base64url').toString('utf8')
      const claims = JSON.parse(text) as { kind: string; credential?: string }
      return claims.kind === 'credit-decision' && claims.credential ? [claims.credential] : []
    })
    expect(inside).to.have.length(1)
    expect(await copiesOf(id)).to.have.nested.property('[0].jws', inside[0])
  })

  it('tells the learner when the college takes a copy, and not when they take their own', async () => {
    const id = await file()
    expect((await cora.api('get', `/claims/${id}/credential`)).status).to.equal(409)
    await decide(cora, id, { decision: 'grant' })
    const before = (await chainOf(adaId)).length

    await cora.get(`/credit/claims/${id}/credential.json`)
    await signed(id, cora)
    await ada.get(`/credit/claims/${id}/credential.json`)
    await signed(id)

    const told = (await chainOf(adaId)).slice(before)
    expect(
      told.map(({ actorName, organizationId, records, basis, channel }) => [
        actorName,
        organizationId,
        ...records,
        basis,
        channel,
      ]),
    ).to.deep.equal([
      [people.cora.name, 'pcc', 'claim', 'request', 'export'],
      [people.cora.name, 'pcc', 'claim', 'request', 'api'],
    ])
  })

  it('is nobody else’s business', async () => {
    const id = await file()
    await decide(cora, id, { decision: 'grant' })
    const bob = await signIn(it_.app, credentials(people.bob))
    const paul = await signIn(it_.app, credentials(people.paul))

    for (const person of [bob, paul])
      expect((await person.api('get', `/claims/${id}/credential`)).status).to.equal(404)
  })

  describe('rests on badges that are checked anew', () => {
    it('when the registrar opens the claim, and says what each check came to', async () => {
      const id = await file()

      const $ = await cora.read(`/college/claims/${id}`)

      expect(
        $('#claim-badges tbody')
          .text()
          .match(/Genuine/g),
      ).to.have.length(2)
      expect($('input[name=decision][value=grant]')).to.have.length(1)
    })

    it('and is not given while a signed badge is on hold', async () => {
      const id = await file()
      await cora.read(`/college/claims/${id}`)
      await changeCredentials(
        await actorOf(people.max),
        ['award-html'],
        { kind: 'suspend', reason: 'We look into it.' },
        it_,
      )

      const $ = await cora.read(`/college/claims/${id}`)
      const refused = await decide(cora, id, { decision: 'grant' })

      expect($('#claim-badges tbody').text()).to.contain('Taken back')
      expect($('input[name=decision][value=grant]')).to.have.length(0)
      expect($('input[name=decision][value=refuse]')).to.have.length(1)
      expect(refused.status).to.equal(409)
      expect((refused.body as Answer).detail).to.contain('Badge html')
      expect((await decide(cora, id, { decision: 'refuse', reason: 'On hold.' })).status).to.equal(
        201,
      )
    })
  })
})
