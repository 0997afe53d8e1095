import { expect } from 'chai'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { claimOutbox, findClaim } from '../../src/claims/claim-store.js'
import { grantedOfMany } from '../../src/claims/granted-store.js'
import { claimAnswer } from '../../src/credits/credit-view.js'
import { readTerms } from '../../src/holdings/read-terms.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aClaimAtPcc, decideOn, rita } from '../support/build-claim.js'
import {
  adaFinished,
  adaId,
  anAgreement,
  keepConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

describe('an appeal', () => {
  let ada: Person
  let cora: Person
  let other: Person
  let id: string
  let as: Awaited<ReturnType<typeof aClaimAtPcc>>['as']
  const decide = (person: Person, body: object) => decideOn(id, person, body)
  const appeal = (reason = 'You overlooked my site') =>
    ada.api('post', `/claims/${id}/appeals`, { reason })
  const refuse = () => decide(cora, { decision: 'refuse', reason: 'too thin' })

  beforeEach(async () => {
    ;({ as, ada, cora, other, id } = await aClaimAtPcc())
  })

  it('brings a refused claim back, to somebody else, once', async () => {
    await refuse()

    const answer = await appeal()

    expect(answer.status).to.equal(201)
    expect(claimAnswer.parse(answer.body)).to.deep.include({ state: 'claimed', appealed: true })
    expect((await decide(cora, { decision: 'grant' })).status).to.equal(403)
    expect((await decide(other, { decision: 'grant' })).status).to.equal(201)
    expect(await findClaim(id)).to.include({ state: 'granted', granted: 4 })
    expect((await appeal()).status).to.equal(409)
    const mails = (await claimOutbox.waiting(10)).flatMap(({ entries }) => entries)
    expect(mails.map(({ template }) => template)).to.include('claimAppealed')
  })

  it('leaves a refusal as it was when it is refused, and frees the badges again', async () => {
    await refuse()
    await appeal()
    expect((await decide(other, { decision: 'refuse', reason: 'still thin' })).status).to.equal(201)

    expect((await findClaim(id))?.state).to.equal('refused')
    expect((await appeal()).status).to.equal(409)
    await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])
    expect((await ada.api('post', '/claims', { agreement: 'twin-v1' })).status).to.equal(201)
  })

  it('can only raise a part', async () => {
    await decide(cora, { decision: 'part', credits: 2, reason: 'half' })
    await appeal()

    for (const credits of [1, 2])
      expect((await decide(other, { decision: 'part', credits, reason: 'x' })).status).to.equal(422)
    expect((await decide(other, { decision: 'part', credits: 3, reason: 'more' })).status).to.equal(
      201,
    )
    expect(await findClaim(id)).to.include({ state: 'part', granted: 3 })
  })

  it('leaves a part as it was when it is refused', async () => {
    await decide(cora, { decision: 'part', credits: 2, reason: 'half' })
    await appeal()
    await decide(other, { decision: 'refuse', reason: 'no more' })

    expect(await findClaim(id)).to.include({ state: 'part', granted: 2 })
  })

  it('is refused while the badges count for another claim', async () => {
    await refuse()
    await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])
    await ada.api('post', '/claims', { agreement: 'twin-v1' })

    expect((await appeal()).status).to.equal(409)
    expect((await findClaim(id))?.state).to.equal('refused')
  })

  it('is taken once when it is sent many times at once', async () => {
    await refuse()

    const answers = await Promise.all(Array.from({ length: 8 }, () => appeal()))

    expect(answers.filter(({ status }) => status === 201)).to.have.length(1)
    expect((await findClaim(id))?.events.filter(({ kind }) => kind === 'appealed')).to.have.length(
      1,
    )
  })

  const early: [string, () => Promise<unknown>][] = [
    ['while the claim is open', async () => undefined],
    ['when it was granted', () => decide(cora, { decision: 'grant' })],
  ]
  for (const [title, before] of early)
    it(`is refused ${title}`, async () => {
      await before()

      expect((await appeal()).status).to.equal(409)
    })

  it('is refused without a reason, to others, and once the consent has ended', async () => {
    await refuse()

    expect((await appeal('  ')).status).to.equal(422)
    const bob = await as(people.bob)
    expect((await bob.api('post', `/claims/${id}/appeals`, { reason: 'x' })).status).to.equal(404)
    await ada.api('delete', '/consents/consent-pcc')
    expect((await appeal()).status).to.equal(403)
    expect((await findClaim(id))?.state).to.equal('refused')
  })

  it('is sent and decided by form, in both languages', async () => {
    await refuse()
    const own = await ada.read('/es/credit')
    expect(own(`a[href="/es/credit/claims/${id}/appeal"]`).length).to.equal(1)

    const sent = await ada.submit(`/credit/claims/${id}/appeal`, { reason: 'Look at my site' })

    expect(sent.status).to.equal(303)
    const desk = await cora.read(`/college/claims/${id}`)
    expect(desk('input[name=decision]').length).to.equal(0)
    expect(desk('main').text()).to.contain('somebody else at your college decides')
    expect((await other.read(`/college/claims/${id}`))('input[name=decision]').length).to.equal(4)
    expect((await other.read('/college'))('#claims tbody').text()).to.contain('Appealed')
  })

  it('keeps what the college saw with each decision', async () => {
    await refuse()

    const event = (await findClaim(id))?.events.at(-1)

    expect(
      event?.seen?.map(({ awardId, evidenceLevel }) => [awardId, evidenceLevel]),
    ).to.deep.equal([
      ['award-css', 'provider-confirmed'],
      ['award-html', 'provider-confirmed'],
    ])
    expect((await ada.read('/credit'))('main').text()).to.contain('Looked at:')
  })
})

describe('the day and the terms of a credit', () => {
  let it_: Awaited<ReturnType<typeof aClaimAtPcc>>
  const half = { decision: 'part', credits: 2, reason: 'half' }
  const on = async (day: string, deed: () => Promise<{ readonly status: number }>) => {
    it_.world.clock.at = new Date(`${day}T19:00:00Z`)
    // Nobody stays signed in from one of these days to the next.
    const [ada, cora, other] = await Promise.all([people.ada, people.cora, rita].map(it_.as))
    if (ada && cora && other) it_ = { ...it_, ada, cora, other }
    expect((await deed()).status, day).to.equal(201)
  }
  const appeal = () => it_.ada.api('post', `/claims/${it_.id}/appeals`, { reason: 'Look again' })
  const decide = (person: Person, body: object) => decideOn(it_.id, person, body)
  /** The day as readiness and skill gains read it, as the law is asked by, and as it is signed. */
  const days = async () => {
    const [line] = (await grantedOfMany([adaId])).get(adaId) ?? []
    const { kept } = await readTerms([adaId], '2015-06-01')
    const document = await it_.ada.api('get', `/claims/${it_.id}/credential`)
    const { awardedDate } = document.body as { awardedDate: string }
    return [line?.credits, line?.on, kept.grantedOn, awardedDate.slice(0, 10)]
  }

  beforeEach(async () => {
    it_ = await aClaimAtPcc()
  })

  it('stay through a part, its appeal, the refusal of that, and a consent that ends', async () => {
    const first = [2, '2015-03-10', '2015-03-10', '2015-03-10']
    await on('2015-03-10', () => decide(it_.cora, half))
    expect(await days()).to.deep.equal(first)
    await on('2015-03-12', appeal)
    expect(await days()).to.deep.equal(first)

    await on('2015-03-20', () => decide(it_.other, { decision: 'refuse', reason: 'no more' }))
    expect(await days()).to.deep.equal(first)
    await it_.ada.api('delete', '/consents/consent-pcc')

    expect(await days()).to.deep.equal(first)
  })

  it('are those of the decision that raised a part on appeal', async () => {
    await on('2015-03-10', () => decide(it_.cora, half))
    await on('2015-03-12', appeal)
    await on('2015-03-20', () => decide(it_.other, { decision: 'grant' }))

    expect(await days()).to.deep.equal([4, '2015-03-20', '2015-03-20', '2015-03-20'])
  })

  it('are those of the version it was filed on, whatever the college publishes meanwhile', async () => {
    await on('2015-03-10', () => decide(it_.cora, { decision: 'refuse', reason: 'too thin' }))
    await insertAgreements([
      anAgreement({
        version: 2,
        from: '2015-03-11',
        credits: 3,
        courseTitle: 'Logic',
        fills: 'elective',
      }),
    ])
    await on('2015-03-12', appeal)
    const asked = decide(it_.other, { decision: 'part', credits: 4, reason: 'x' })
    expect((await asked).status).to.equal(422)
    await on('2015-03-20', () => decide(it_.other, { decision: 'grant' }))

    expect((await days())[0]).to.equal(4)
    const filed = (await findClaim(it_.id))?.agreement
    expect(filed).to.deep.include({ version: 1, credits: 4, courseTitle: 'Programming Logic' })
    const document = (await it_.ada.api('get', `/claims/${it_.id}/credential`)).body as {
      credentialSubject: {
        creditsEarned: number
        achievement: { id: string; creditsAvailable: number }
      }
    }
    const { creditsEarned, achievement } = document.credentialSubject
    expect([creditsEarned, achievement.creditsAvailable]).to.deep.equal([4, 4])
    expect(achievement.id).to.match(/\/crosswalk\/agreements\/cis-122-v1$/)
    expect((await it_.ada.read('/credit'))('main').text()).to.include('Programming Logic')
  })
})

describe('how soon a college answers', () => {
  let world: TestApp
  let cora: Person
  const enter = async () => {
    cora = await signIn(world.app, credentials(people.cora))
    return signIn(world.app, credentials(people.ada))
  }

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await keepConsent()
    const ada = await enter()
    await ada.api('post', '/claims', { agreement: 'cis-122-v1' })
  })

  it('is ten business days unless it says otherwise, and both sides see the age', async () => {
    world.clock.at = new Date('2015-03-23T19:00:00Z')
    const ada = await enter()

    expect((await cora.read('/college'))('#claims tbody').text()).to.contain(
      '10 business days of 10',
    )
    expect((await ada.read('/credit'))('main').text()).to.contain('answer by March 23, 2015')
  })

  it('marks what waits longer, in list, page and download', async () => {
    await cora.submit('/college/settings', { answerWithin: '3' })
    world.clock.at = new Date('2015-03-13T19:00:00Z')
    const ada = await enter()

    const list = await cora.read('/college')
    expect(list('#claims .tag--stop').text()).to.equal('Late')
    const desk = await cora.read(list('#claims tbody a').attr('href')!)
    expect(desk('.facts').text()).to.contain('4 business days of 3')
    expect((await ada.read('/es/credit'))('main').text()).to.contain('más de los 3')
    expect((await cora.get('/college/claims.csv')).text.split('\r\n')[1]).to.match(/,4,3,no$/)
  })

  for (const answerWithin of ['0', '61', '-1', '1.5', 'soon', ''])
    it(`cannot be "${answerWithin}"`, async () => {
      const answer = await cora.submit('/college/settings', { answerWithin })

      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain('field-answerWithin-error')
    })

  it('lets a student system read what changed, also what was kept late, and only that', async () => {
    const ask = async (cursor?: string) => {
      const path = cursor === undefined ? '/claims/changes' : `/claims/changes?cursor=${cursor}`
      return (await cora.api('get', path)).body as {
        items: { id: string; state: string }[]
        next: string
      }
    }
    const at = (time: string) => (world.clock.at = new Date(`2015-03-09T${time}Z`))
    const ada = await signIn(world.app, credentials(people.ada))
    const id = (await ask()).items[0]?.id ?? ''
    at('19:05:00')
    await cora.api('post', `/claims/${id}/decisions`, { decision: 'refuse', reason: 'thin' })
    const first = await ask()
    expect(first.items.map(({ state }) => state)).to.deep.equal(['refused'])

    at('19:04:00')
    await ada.api('post', `/claims/${id}/appeals`, { reason: 'You overlooked my site' })

    at('19:06:00')
    const late = await ask(first.next)
    expect(late.items.map(({ state }) => state)).to.deep.equal(['claimed'])
    at('19:09:00')
    expect((await ask((await ask(late.next)).next)).items).to.deep.equal([])
    expect((await cora.api('get', '/claims/changes?cursor=WzEsImEiXQ')).status).to.equal(422)
    const paul = await signIn(world.app, credentials(people.paul))
    const foreign = await paul.api('get', '/claims/changes')
    expect((foreign.body as { items: unknown[] }).items).to.deep.equal([])
  })
})
