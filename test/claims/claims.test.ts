import { expect } from 'chai'
import { actorFrom } from '../../src/access/account.js'
import { findAward } from '../../src/badges/award-store.js'
import { withdrawAward } from '../../src/badges/withdraw-award.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { claimOutbox, claimsOf, findClaim, moveClaim } from '../../src/claims/claim-store.js'
import { matchClaims } from '../../src/claims/match-claims.js'
import { agreementAnswer, claimAnswer } from '../../src/credits/credit-view.js'
import { listAnswer } from '../../src/http/api.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { endConsent } from '../../src/learners/consent-store.js'
import { endConsents } from '../../src/learners/end-consents.js'
import { recordAnswer } from '../../src/learners/record-view.js'
import { tellParties } from '../../src/learners/tell-parties.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import {
  adaFinished,
  adaId,
  anAgreement,
  keepConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const managerMax = actorFrom({
  ...people.max,
  rolesVersion: 1,
  sessionVersion: 1,
  state: 'active',
})
const claims = listAnswer(claimAnswer)
const crosswalk = listAnswer(agreementAnswer)

describe('a claim for credit', () => {
  let world: TestApp
  const as = (name: keyof typeof people): Promise<Person> =>
    signIn(world.app, credentials(people[name]))
  const file = async (ada: Person, agreement = 'cis-122-v1') =>
    ada.api('post', '/claims', { agreement })
  const filed = async () => claimAnswer.parse((await file(await as('ada'))).body).id

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
  })

  describe('when it is filed', () => {
    it('is kept with the badges and the agreement it rests on, and shows on the record', async () => {
      await keepConsent()
      const ada = await as('ada')

      const answer = await file(ada)

      expect(answer.status).to.equal(201)
      expect(claimAnswer.parse(answer.body)).to.deep.include({
        state: 'claimed',
        college: { id: 'pcc', name: 'The pcc' },
        agreement: { id: 'cis-122-v1', version: 1 },
        credits: 4,
        unit: 'quarter',
        granted: null,
        badges: [
          { slug: 'css', awardedOn: '2015-02-01', evidenceLevel: 'provider-confirmed' },
          { slug: 'html', awardedOn: '2015-02-01', evidenceLevel: 'provider-confirmed' },
        ],
      })
      const record = recordAnswer.parse((await ada.api('get', '/me/record')).body)
      expect(record.credits?.map(({ status }) => status)).to.deep.equal(['claimed'])
    })

    const consents: [string, Parameters<typeof keepConsent>[0] | undefined][] = [
      ['without consent', undefined],
      ['when the consent names another college', { parties: ['psu'] }],
      ['when the consent leaves the evidence out', { records: ['badges'] }],
      ['when the consent has run out', { expiresOn: '2015-03-08' }],
      ['when the consent was withdrawn', { withdrawnAt: new Date('2015-03-02T18:00:00Z') }],
    ]
    for (const [title, consent] of consents)
      it(`is refused ${title}, with what to do`, async () => {
        if (consent) await keepConsent(consent)

        const answer = await file(await as('ada'))

        expect(answer.status).to.equal(403)
        expect((answer.body as { detail: string }).detail).to.match(/let the college see/)
        expect(await claimsOf(adaId)).to.deep.equal([])
      })

    it('is refused a second time while it is open', async () => {
      await keepConsent()
      const ada = await as('ada')
      await file(ada)

      expect((await file(ada)).status).to.equal(409)
      expect(await claimsOf(adaId)).to.have.length(1)
    })

    it('is taken once when it is sent many times at once', async () => {
      await keepConsent()
      const ada = await as('ada')
      await ada.api('get', '/me')

      const answers = await Promise.all(Array.from({ length: 8 }, () => file(ada)))

      expect(answers.map(({ status }) => status).sort()).to.deep.equal([
        201,
        ...Array<number>(7).fill(409),
      ])
    })

    it('is refused without a match', async () => {
      await keepConsent()
      await insertAgreements([
        anAgreement({ series: 'other', course: 'CIS 195', badges: { of: ['php'] } }),
      ])

      expect((await file(await as('ada'), 'other-v1')).status).to.equal(409)
    })

    it('is refused on a badge that was withdrawn', async () => {
      await keepConsent()
      await withdrawAward(managerMax, 'award-css', 'a mistake', world.ports)

      expect((await file(await as('ada'))).status).to.equal(409)
    })

    it('is refused where the badges count for another claimed course of the college', async () => {
      await keepConsent()
      await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])
      const ada = await as('ada')
      await file(ada)

      expect((await file(ada, 'twin-v1')).status).to.equal(409)
    })

    it('is taken under the version that was in force when the badges were earned', async () => {
      await keepConsent()
      await insertAgreements([anAgreement({ version: 2, credits: 2, from: '2015-03-01' })])

      const answer = await file(await as('ada'), 'cis-122-v2')

      expect(claimAnswer.parse(answer.body)).to.deep.include({
        agreement: { id: 'cis-122-v1', version: 1 },
        credits: 4,
      })
    })

    const bad: [string, object, number][] = [
      ['an unknown agreement', { agreement: 'nobody' }, 422],
      ['an operator', { agreement: { $ne: null } }, 422],
      ['nothing', {}, 422],
      ['more than it takes', { agreement: 'cis-122-v1', state: 'granted' }, 422],
    ]
    for (const [title, body, status] of bad)
      it(`is refused with ${title}`, async () => {
        await keepConsent()

        expect((await (await as('ada')).api('post', '/claims', body)).status).to.equal(status)
      })

    for (const name of ['cora', 'sam', 'mia'] as const)
      it(`is not for ${name}`, async () => {
        expect((await file(await as(name))).status).to.equal(403)
      })
  })

  describe('when it is decided', () => {
    let id: string
    const decide = async (person: Person, body: object, claim = id) =>
      person.api('post', `/claims/${claim}/decisions`, body)

    beforeEach(async () => {
      await keepConsent()
      id = await filed()
    })

    const table: [object, number, string, number | undefined][] = [
      [{ decision: 'grant' }, 201, 'granted', 4],
      [{ decision: 'part', credits: 2, reason: 'half' }, 201, 'part', 2],
      [{ decision: 'refuse', reason: 'too old' }, 201, 'refused', undefined],
      [{ decision: 'more', reason: 'show me' }, 201, 'more', undefined],
      [{ decision: 'part', credits: 2 }, 422, 'claimed', undefined],
      [{ decision: 'part', credits: 5, reason: 'x' }, 422, 'claimed', undefined],
      [{ decision: 'refuse' }, 422, 'claimed', undefined],
      [{ decision: 'refuse', reason: '   ' }, 422, 'claimed', undefined],
      [{ decision: 'more' }, 422, 'claimed', undefined],
      [{ decision: 'perhaps', reason: 'x' }, 422, 'claimed', undefined],
      [{ decision: 'grant', learnerId: 'x' }, 422, 'claimed', undefined],
    ]
    for (const [body, status, state, granted] of table)
      it(`${JSON.stringify(body)} answers ${String(status)} and leaves it ${state}`, async () => {
        const answer = await decide(await as('cora'), body)

        expect(answer.status).to.equal(status)
        const claim = await findClaim(id)
        expect(claim?.state).to.equal(state)
        expect(claim?.granted).to.equal(granted)
      })

    const settled: object[] = [
      { decision: 'grant' },
      { decision: 'refuse', reason: 'x' },
      { decision: 'more', reason: 'x' },
    ]
    for (const again of settled)
      it(`stays as it was decided when ${JSON.stringify(again)} comes after`, async () => {
        const cora = await as('cora')
        await decide(cora, { decision: 'grant' })

        expect((await decide(cora, again)).status).to.equal(409)
        expect((await findClaim(id))?.events).to.have.length(2)
      })

    it('is won by exactly one of many decisions at once', async () => {
      const cora = await as('cora')
      await cora.api('get', '/me')
      const bodies = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? { decision: 'grant' } : { decision: 'refuse', reason: 'no' },
      )

      const answers = await Promise.all(bodies.map((body) => decide(cora, body)))

      expect(answers.map(({ status }) => status).sort()).to.deep.equal([
        201,
        ...Array<number>(9).fill(409),
      ])
      expect((await findClaim(id))?.events).to.have.length(2)
    })

    const strangers: [keyof typeof people, number][] = [
      ['paul', 404],
      ['sam', 403],
      ['ada', 403],
      ['max', 403],
    ]
    for (const [name, status] of strangers)
      it(`is not for ${name}: ${String(status)}`, async () => {
        expect((await decide(await as(name), { decision: 'grant' })).status).to.equal(status)
        expect((await findClaim(id))?.state).to.equal('claimed')
      })

    it('is not found under a made-up id', async () => {
      expect((await decide(await as('cora'), { decision: 'grant' }, 'nobody')).status).to.equal(404)
    })

    it('gives no credit once the consent has ended, but can be refused', async () => {
      await (await as('ada')).api('delete', '/consents/consent-pcc')
      const cora = await as('cora')

      expect((await decide(cora, { decision: 'grant' })).status).to.equal(403)
      expect((await decide(cora, { decision: 'part', credits: 1, reason: 'x' })).status).to.equal(
        403,
      )
      expect((await decide(cora, { decision: 'refuse', reason: 'gone' })).status).to.equal(201)
    })

    const lines = async () =>
      (await findClaim(id))?.events.map(({ kind }) => kind).filter((kind) => /consent/.test(kind))
    const told = async () => {
      const [waiting] = await claimOutbox.waiting(10)
      return (waiting?.entries ?? [])
        .filter(({ template }) => template !== 'claimFiled')
        .map(({ template, to }) => `${template} ${to.email}`)
    }

    it('says on its story, once, that the consent ended, and tells the college', async () => {
      const ada = await as('ada')
      await ada.api('delete', '/consents/consent-pcc')
      await ada.api('delete', '/consents/consent-pcc')

      expect(await lines()).to.deep.equal(['consent-ended'])
      expect(await told()).to.deep.equal([`claimClosed ${people.cora.email}`])
      const page = await (await as('cora')).read(`/college/claims/${id}`)
      expect(page('main').text()).to.contain('Consent ended: the evidence is closed')
    })

    it('says so although the college moves the claim at the same moment', async () => {
      const at = world.clock.at
      await endConsent(adaId, 'consent-pcc', at)
      const event = { at, by: 'account-cora', byName: 'Cora', kind: 'more' } as const
      const moves = async () => {
        for (let step = 0; step < 4; step += 1) {
          const claim = await findClaim(id)
          if (claim) await moveClaim(claim, { state: 'more', event })
        }
      }

      await Promise.all([matchClaims(adaId, { by: 'Ada', isByDate: false }, world.ports), moves()])

      expect(await lines()).to.deep.equal(['consent-ended'])
      expect(await told()).to.deep.equal([`claimClosed ${people.cora.email}`])
    })

    it('says so too the day after the consent ended by its date, to the learner as well', async () => {
      world.clock.at = new Date('2015-06-02T19:00:00Z')
      const run = () =>
        endConsents({ world, signal: new AbortController().signal, touch: async () => {} })
      await run()
      await run()

      expect(await lines()).to.deep.equal(['consent-ended'])
      expect((await told()).sort()).to.deep.equal([
        `claimClosed ${people.cora.email}`,
        `claimConsentExpired ${people.ada.email}`,
      ])
    })

    it('is open again with the next consent, and the college is told', async () => {
      await (await as('ada')).api('delete', '/consents/consent-pcc')
      await keepConsent({ id: 'again' })
      await tellParties(
        { id: 'again', learnerId: adaId },
        { by: 'Ada', isByDate: false },
        world.ports,
      )

      expect(await lines()).to.deep.equal(['consent-ended', 'consent-given'])
      expect((await decide(await as('cora'), { decision: 'grant' })).status).to.equal(201)
    })

    it('gives no credit on a badge that was withdrawn since', async () => {
      await withdrawAward(managerMax, 'award-css', 'a mistake', world.ports)

      expect((await decide(await as('cora'), { decision: 'grant' })).status).to.equal(409)
      expect((await findAward('award-css'))?.state).to.equal('withdrawn')
    })

    it('frees its badges when it is refused, and is not taken again on the same ones', async () => {
      await insertAgreements([anAgreement({ series: 'twin', course: 'CIS 195', credits: 3 })])
      await decide(await as('cora'), { decision: 'refuse', reason: 'no' })
      const ada = await as('ada')

      expect((await file(ada)).status).to.equal(409)
      expect((await file(ada, 'twin-v1')).status).to.equal(201)
    })

    it('goes back to the college when the learner answers, by the form', async () => {
      await decide(await as('cora'), { decision: 'more', reason: 'Show me your site' })
      const ada = await as('ada')

      const answer = await ada.submit(`/credit/claims/${id}/answer`, { answer: 'It is here' })

      expect(answer.status).to.equal(303)
      expect(await findClaim(id)).to.include({ state: 'claimed' })
      expect((await decide(await as('cora'), { decision: 'grant' })).status).to.equal(201)
    })

    it('is told to the learner by mail, which does not say what was decided', async () => {
      await decide(await as('cora'), { decision: 'refuse', reason: 'secret reason' })

      const mails = (await claimOutbox.waiting(10)).flatMap(({ entries }) => entries)
      const toAda = mails.filter(({ to }) => to.email === people.ada.email)
      expect(toAda.map(({ template }) => template)).to.deep.equal(['claimDecided'])
      expect(JSON.stringify(toAda)).not.to.contain('secret reason')
      const own = claims.parse((await (await as('ada')).api('get', '/me/claims')).body)
      expect(own.items[0]?.events.at(-1)).to.include({ kind: 'refuse', reason: 'secret reason' })
    })

    it('was told to the people of that college only when it was filed', async () => {
      const mails = (await claimOutbox.waiting(10)).flatMap(({ entries }) => entries)

      expect(mails.map(({ template, to }) => [template, to.email])).to.deep.equal([
        ['claimFiled', people.cora.email],
      ])
      expect(JSON.stringify(mails)).not.to.contain('Lovelace')
    })
  })

  describe('on the pages', () => {
    it('is filed by the learner and granted by the college, step by step', async () => {
      const ada = await as('ada')
      const before = await ada.read('/credit')
      expect(before('a[href*="/consents/new"]').length).to.equal(1)

      const consent = await ada.submit('/consents/new?purpose=credit&party=pcc&next=/credit', {
        party: 'pcc',
        purpose: 'credit',
        records: ['badges', 'credential'],
        expiresOn: '2015-12-31',
        password: credentials(people.ada).password,
      })
      expect(consent.headers['location']).to.match(/^\/credit\?/)
      expect(
        (await ada.submit('/credit', { agreement: 'cis-122-v1' }, '/credit/claims')).status,
      ).to.equal(303)

      const cora = await as('cora')
      const queue = await cora.read('/college')
      const link = queue('#claims tbody a').first()
      expect(link.text()).to.equal('Ada Lovelace')
      const desk = link.attr('href')!
      const wrong = await cora.submit(desk, { decision: 'part', credits: '9', reason: '' })
      expect(wrong.status).to.equal(422)
      expect(wrong.text).to.contain('field-credits-error').and.to.contain('field-reason-error')
      expect((await cora.submit(desk, { decision: 'grant' })).status).to.equal(303)

      const after = await ada.read('/es/credit')
      expect(after('main').text()).to.contain('4 créditos trimestrales')
      expect(after('.tag').first().text()).to.match(/^Otorgado/)
    })

    it('shows the evidence only while the consent lasts, and each look is disclosed', async () => {
      await keepConsent()
      const id = await filed()
      const [ada, cora] = [await as('ada'), await as('cora')]
      expect((await cora.read(`/college/claims/${id}`))('#record-evidence').length).to.equal(1)

      await ada.submit('/consents/consent-pcc/end', {})

      const closed = await cora.read(`/college/claims/${id}`)
      expect(closed('#record-evidence').length).to.equal(0)
      expect(closed('input[name=decision]').length).to.equal(1)
      const looks = await disclosuresOf(adaId, 10)
      expect(looks.map(({ basis, records }) => [basis, records])).to.deep.equal([
        ['request', ['claim']],
        ['consent', ['badges', 'credential']],
      ])
      const shown = (await ada.read('/consents/reads'))('#disclosures tbody tr')
      expect(shown.length).to.equal(looks.length)
    })

    it('is not on the desk of another college', async () => {
      await keepConsent()
      const id = await filed()

      expect((await (await as('paul')).get(`/college/claims/${id}`)).status).to.equal(404)
      expect((await (await as('paul')).read('/college'))('#claims tbody tr').length).to.equal(0)
    })

    it('can be downloaded as the same view', async () => {
      await keepConsent()
      await filed()

      const csv = await (await as('cora')).get('/college/claims.csv?state=open')

      expect(csv.text.split('\r\n')[1]).to.match(/^Ada Lovelace,CIS 122,4,quarter,claimed/)
    })
  })
})

describe('the public crosswalk', () => {
  let world: TestApp
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await insertAgreements([
      anAgreement({ version: 2, credits: 2, from: '2015-06-01', to: '2015-12-31' }),
      anAgreement({ series: 'psu', collegeId: 'psu', course: 'CS 161', badges: { of: ['js'] } }),
    ])
  })

  const table: [string, string[]][] = [
    ['', ['cis-122-v1', 'psu-v1']],
    ['?on=2013-12-31', []],
    ['?on=2015-06-01', ['cis-122-v2', 'psu-v1']],
    ['?on=2016-01-01', ['psu-v1']],
    ['?badge=css', ['cis-122-v1']],
    ['?badge=nothing', []],
    ['?college=psu', ['psu-v1']],
    ['?college=psu&badge=css', []],
  ]
  for (const [query, ids] of table)
    it(`${query || 'without a filter'} names ${ids.join(', ') || 'nothing'}`, async () => {
      const answer = await visitor(world.app).api('get', `/crosswalk${query}`)

      expect(crosswalk.parse(answer.body).items.map(({ id }) => id)).to.deep.equal(ids)
    })

  it('comes page by page without loss', async () => {
    const nobody = visitor(world.app)
    const first = crosswalk.parse((await nobody.api('get', '/crosswalk?limit=1')).body)
    const next = `/crosswalk?limit=1&cursor=${first.next ?? ''}`
    const second = crosswalk.parse((await nobody.api('get', next)).body)

    expect([...first.items, ...second.items].map(({ id }) => id)).to.deep.equal([
      'cis-122-v1',
      'psu-v1',
    ])
    expect(second.next).to.equal(undefined)
  })

  for (const query of ['?on=2015-02-30', '?on=soon', '?limit=0', '?cursor=x', '?badge[$ne]=x'])
    it(`refuses ${query}`, async () => {
      expect((await visitor(world.app).api('get', `/crosswalk${query}`)).status).to.equal(422)
    })

  it('is a page in both languages that keeps its filters, and a download of the same view', async () => {
    const nobody = visitor(world.app)

    const shown = await nobody.read('/es/crosswalk?badge=css')

    expect(shown('#crosswalk tbody tr').length).to.equal(1)
    expect(shown('select[name=badge] option[selected]').attr('value')).to.equal('css')
    const csv = shown('a[download]').attr('href')!
    expect(csv).to.equal('/es/crosswalk.csv?badge=css')
    expect((await nobody.get(csv)).text.trim().split('\r\n')).to.have.length(2)
  })
})
