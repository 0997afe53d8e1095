import { expect } from 'chai'
import { load } from 'cheerio'
import { claimOutbox, claimsOf, findClaim } from '../../src/claims/claim-store.js'
import { claimAnswer } from '../../src/credits/credit-view.js'
import { grantedOfMany } from '../../src/claims/granted-store.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { recordAnswer } from '../../src/learners/record-view.js'
import { aClaimAtPcc, decideOn } from '../support/build-claim.js'
import { adaId, anAgreement, people } from '../support/build-record.js'
import type { Person } from '../support/person.js'

describe('a claim that ends without credit', () => {
  let ada: Person
  let cora: Person
  let other: Person
  let id: string
  let as: Awaited<ReturnType<typeof aClaimAtPcc>>['as']
  const file = (agreement = 'cis-122-v1') => ada.api('post', '/claims', { agreement })
  const decide = (person: Person, body: object) => decideOn(id, person, body)
  const appeal = () => ada.api('post', `/claims/${id}/appeals`, { reason: 'Look again' })
  const withdraw = (body: object = {}, person = ada) =>
    person.api('post', `/claims/${id}/withdrawals`, body)
  const takeBack = (reason = 'It was a mistake', person = cora) =>
    person.api('post', `/claims/${id}/revocations`, { reason })
  const told = async () =>
    (await claimOutbox.waiting(10)).flatMap(({ entries }) =>
      entries.map(({ template, to }) => `${template} ${to.email}`),
    )
  const kinds = async () => (await findClaim(id))?.events.map(({ kind }) => kind)
  const credits = async () =>
    (recordAnswer.parse((await ada.api('get', '/me/record')).body).credits ?? []).map(
      ({ status }) => status,
    )

  beforeEach(async () => {
    ;({ as, ada, cora, other, id } = await aClaimAtPcc())
  })

  describe('because its learner withdraws it', () => {
    it('tells the college, is no part of the record, and may be filed anew', async () => {
      const answer = await withdraw({ reason: 'Another college' })

      expect(answer.status).to.equal(201)
      expect(claimAnswer.parse(answer.body)).to.deep.include({ state: 'withdrawn', granted: null })
      expect(await told()).to.include(`claimWithdrawn ${people.cora.email}`)
      expect(await credits()).to.deep.equal(['match'])
      expect((await decide(cora, { decision: 'grant' })).status).to.equal(409)
      expect((await file()).status).to.equal(201)
      expect((await claimsOf(adaId)).map(({ state }) => state).sort()).to.deep.equal([
        'claimed',
        'withdrawn',
      ])
    })

    it('while the college waits for more, too, and frees its badges for another course', async () => {
      await decide(cora, { decision: 'more', reason: 'show me' })
      await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])

      expect((await withdraw()).status).to.equal(201)
      expect((await file('twin-v1')).status).to.equal(201)
    })

    it('is told to the system of the college, and shows in the queue', async () => {
      await withdraw({ reason: 'Another college' })

      const changes = await cora.api('get', '/claims/changes')
      expect((changes.body as { items: object[] }).items[0]).to.include({ state: 'withdrawn' })
      const queue = await cora.read('/college?state=withdrawn')
      expect(queue('#claims tbody tr')).to.have.length(1)
      const desk = await cora.read(`/college/claims/${id}`)
      expect(desk('main').text()).to.contain('Another college')
      expect(desk('input[name=decision]')).to.have.length(0)
    })

    it('by form, in both languages', async () => {
      const own = await ada.read('/es/credit')
      expect(own(`a[href="/es/credit/claims/${id}/withdraw"]`)).to.have.length(1)

      const sent = await ada.submit(`/credit/claims/${id}/withdraw`, { reason: '' })

      expect(sent.status).to.equal(303)
      expect(await kinds()).to.deep.equal(['filed', 'withdrawn'])
      expect((await ada.read('/credit'))('main').text()).to.contain('Withdrawn')
    })

    it('never by anybody else, after a decision, or twice', async () => {
      const bob = await as(people.bob)
      expect((await withdraw({}, bob)).status).to.equal(404)
      expect((await withdraw({}, cora)).status).to.equal(403)
      await withdraw()
      expect((await withdraw()).status).to.equal(409)
      id = claimAnswer.parse((await file()).body).id
      await decide(cora, { decision: 'grant' })
      expect((await withdraw()).status).to.equal(409)
      expect(await kinds()).to.deep.equal(['filed', 'grant'])
    })

    it('or the college decides it: of both at once exactly one counts', async () => {
      const moves = Array.from({ length: 8 }, (_, at) =>
        at % 2 === 0 ? withdraw() : decide(cora, { decision: 'grant' }),
      )

      const statuses = (await Promise.all(moves)).map(({ status }) => status)

      expect(statuses.filter((status) => status === 201)).to.have.length(1)
      expect(await kinds()).to.have.length(2)
      const claim = await findClaim(id)
      expect(claim?.state).to.equal(claim?.granted === undefined ? 'withdrawn' : 'granted')
    })

    it('and an appeal that is withdrawn leaves what stood before', async () => {
      await decide(cora, { decision: 'part', credits: 2, reason: 'half' })
      await appeal()

      const answer = await withdraw()

      expect(claimAnswer.parse(answer.body)).to.deep.include({ state: 'part', granted: 2 })
      expect(await told()).to.include(`appealWithdrawn ${people.cora.email}`)
      expect((await appeal()).status).to.equal(409)
    })
  })

  describe('because the college takes back what it gave', () => {
    const signed = async () => (await ada.api('get', `/claims/${id}/credential`)).body as object
    const overall = async (document: object) =>
      ((await ada.api('post', '/verifications', document)).body as { overall: string }).overall

    it('tells the learner why, and revokes what was signed', async () => {
      await decide(cora, { decision: 'grant' })
      const document = await signed()
      expect(await overall(document)).to.equal('pass')

      const answer = await takeBack('The project was not yours')

      expect(answer.status).to.equal(201)
      expect(claimAnswer.parse(answer.body)).to.deep.include({ state: 'revoked', granted: null })
      expect(await told()).to.include(`creditTakenBack ${people.ada.email}`)
      expect(await overall(document)).to.equal('fail')
      expect((await ada.api('get', `/claims/${id}/credential`)).status).to.equal(409)
      expect((await grantedOfMany([adaId])).size).to.equal(0)
    })

    it('is on the record, its page and the chain with the reason, and counts for nothing', async () => {
      await decide(cora, { decision: 'grant' })
      await takeBack('The project was not yours')

      const record = recordAnswer.parse((await ada.api('get', '/me/record')).body)
      expect(record.credits).to.have.length(1)
      expect(record.credits?.[0]).to.include({
        status: 'revoked',
        reason: 'The project was not yours',
        credentialUrl: null,
      })
      const own = await ada.read('/credit')
      expect(own('main').text()).to.contain('The project was not yours')
      expect(own('main').text()).not.to.contain('You were given')
      const chain = load((await ada.api('get', '/me/chain')).text)('#chain-data').text()
      const decisions = (JSON.parse(chain) as { links: string[] }).links
        .map((link) => Buffer.from(link.split('.')[1] ?? '', 'base64url').toString('utf8'))
        .filter((text) => text.includes('credit-decision'))
      expect(decisions).to.have.length(1)
      expect(decisions[0]).to.contain('Taken back').and.not.contain('"credential":')
      const year = (await cora.api('get', '/credit-report')).body as { courses: object[] }
      expect(year.courses[0]).to.include({ granted: 0, revoked: 1, credits: 0 })
    })

    it('can be appealed, once, and somebody else decides', async () => {
      await decide(cora, { decision: 'grant' })
      const before = await signed()
      await takeBack()

      expect((await file()).status).to.equal(409)
      expect((await appeal()).status).to.equal(201)
      expect((await decide(cora, { decision: 'grant' })).status).to.equal(403)
      expect((await decide(other, { decision: 'grant' })).status).to.equal(201)

      expect(await findClaim(id)).to.include({ state: 'granted', granted: 4 })
      expect(await overall(before)).to.equal('fail')
      expect(await overall(await signed())).to.equal('pass')
      expect((await takeBack('Again', cora)).status).to.equal(403)
      expect((await takeBack('New facts', other)).status).to.equal(201)
      expect((await appeal()).status).to.equal(201)
    })

    it('stays taken back when the appeal is refused', async () => {
      await decide(cora, { decision: 'grant' })
      await takeBack()
      await appeal()
      await decide(other, { decision: 'refuse', reason: 'It stays so' })

      expect((await findClaim(id))?.state).to.equal('revoked')
      expect((await appeal()).status).to.equal(409)
      await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])
      expect((await file('twin-v1')).status).to.equal(201)
    })

    it('by form with a reason, and leads back to the claim', async () => {
      await decide(cora, { decision: 'grant' })
      const desk = await cora.read(`/college/claims/${id}`)
      const address = `/college/claims/${id}/take-back`
      expect(desk(`a[href="${address}"]`)).to.have.length(1)

      expect((await cora.submit(address, { reason: '  ' })).status).to.equal(422)
      const sent = await cora.submit(address, { reason: 'A mistake' })

      expect(sent.headers['location']).to.contain(`/college/claims/${id}`)
      expect(await kinds()).to.deep.equal(['filed', 'grant', 'revoked'])
    })

    it('is refused to others, before a decision, and while an appeal waits', async () => {
      expect((await takeBack()).status).to.equal(409)
      await decide(cora, { decision: 'part', credits: 2, reason: 'half' })
      expect((await takeBack('x', await as(people.paul))).status).to.equal(404)
      expect((await takeBack('x', ada)).status).to.equal(403)
      expect((await takeBack('')).status).to.equal(422)
      await appeal()
      expect((await takeBack('x', other)).status).to.equal(409)
      expect(await findClaim(id)).to.include({ state: 'claimed', granted: 2 })
    })

    it('counts once, however often it is sent at once', async () => {
      await decide(cora, { decision: 'grant' })

      const statuses = (await Promise.all(Array.from({ length: 6 }, () => takeBack()))).map(
        ({ status }) => status,
      )

      expect(statuses.filter((status) => status === 201)).to.have.length(1)
      expect(await kinds()).to.deep.equal(['filed', 'grant', 'revoked'])
    })
  })

  describe('and not while more is appealed for', () => {
    it('keeps what was given on record, chain and readiness', async () => {
      await decide(cora, { decision: 'part', credits: 2, reason: 'half' })
      await appeal()

      expect((await grantedOfMany([adaId])).get(adaId)?.[0]).to.include({ credits: 2 })
      expect((await ada.read('/credit'))('main').text()).to.contain('You were given 2 quarter')
      const chain = load((await ada.api('get', '/me/chain')).text)('#chain-data').text()
      const inside = (JSON.parse(chain) as { links: string[] }).links.map((link) =>
        Buffer.from(link.split('.')[1] ?? '', 'base64url').toString('utf8'),
      )
      expect(inside.filter((text) => text.includes('"state":"part"'))).to.have.length(1)
    })
  })
})
