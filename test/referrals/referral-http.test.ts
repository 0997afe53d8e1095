import { expect } from 'chai'
import { load } from 'cheerio'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials, password } from '../support/build-access.js'
import {
  aCenter,
  aReferral,
  keepCenters,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

interface Body {
  readonly id: string
  readonly state: string
  readonly substate?: string
  readonly packet: string
  readonly learner: { id: string }
  readonly center: { id: string; name: string }
  readonly timeline: { state: string; reason?: string }[]
  readonly errors?: { field: string }[]
  readonly detail?: string
}

describe('referrals over HTTP', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let ada: Person
  let ben: Person
  let sam: Person
  let sue: Person
  let tom: Person
  let max: Person
  let eve: Person

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testApp()
    const enter = (account: keyof typeof people) => signIn(world.app, credentials(people[account]))
    ;[ada, ben, sam, sue, tom, max, eve] = await Promise.all([
      enter('ada'),
      enter('ben'),
      enter('sam'),
      enter('sue'),
      enter('tom'),
      enter('max'),
      enter('eve'),
    ])
  })

  afterEach(() => mailSettled())

  const ask = async (): Promise<string> => {
    await keepConsent('learner-ada', 'north')
    const asked = await ada.api('post', '/referrals', { center: 'north' })
    expect(asked.status).to.equal(201)
    return (asked.body as Body).id
  }

  describe('by form', () => {
    it('shows a learner what is missing, what is shared and with whom, then signs and asks', async () => {
      const $ = await ada.read('/referrals/new?center=north')
      expect($('h1').text()).to.equal('Ask for a referral')
      expect($('main').text()).to.include('You are not job-ready yet. You can still ask.')
      expect($('main').text()).to.include('Center north')
      expect($('input[name=password]')).to.have.length(1)

      const done = await ada.submit('/referrals/new?center=north', {
        center: 'north',
        message: 'Mornings are best.',
        expiresOn: '2015-09-01',
        password,
      })

      expect(done.status).to.equal(303)
      const [referral] = await referralsOf('learner-ada')
      expect(done.headers['location']).to.equal(
        `/referrals/${referral?.id ?? ''}?notice=referrals%3Anotice.asked`,
      )
      expect(referral).to.deep.include({ state: 'requested', message: 'Mornings are best.' })
    })

    it('keeps nothing on a wrong or missing password, and never shows it again', async () => {
      for (const typed of ['', 'not my password']) {
        const again = await ada.submit('/referrals/new?center=north', {
          center: 'north',
          message: 'Mornings are best.',
          expiresOn: '2015-09-01',
          password: typed,
        })

        expect(again.status).to.equal(422)
        const $ = load(again.text)
        expect($('#field-password').attr('value')).to.equal(undefined)
        expect($('#field-message').text().trim()).to.equal('Mornings are best.')
        expect($('#field-password-error').text()).to.not.equal('')
      }
      expect(await referralsOf('learner-ada')).to.deep.equal([])
    })

    it('asks no password again while a consent is live', async () => {
      await keepConsent('learner-ada', 'north')

      const $ = await ada.read('/referrals/new?center=north')
      expect($('input[name=password]')).to.have.length(0)
      const done = await ada.submit('/referrals/new?center=north', { center: 'north' })

      expect(done.status).to.equal(303)
    })

    it('points to the open referral instead of a second form', async () => {
      const id = await ask()

      const $ = await ada.read('/referrals/new?center=north')

      expect($(`a[href="/referrals/${id}"]`)).to.have.length(1)
      expect($('form input[name=center]')).to.have.length(0)
    })

    it('shows both sides the same timeline, in their language', async () => {
      const id = await ask()
      await sam.submit(`/referrals/${id}/answer`, {
        state: 'rejected',
        substate: '',
        reason: 'Please try <b>Gresham</b>.',
      })

      const timelines = await Promise.all(
        [ada, sam].map(async (person) =>
          (await person.read(`/referrals/${id}`))('.timeline').text().replace(/\s+/g, ' '),
        ),
      )

      expect(timelines[0]).to.equal(timelines[1])
      expect(timelines[0]).to.include('Requested').and.include('Not accepted')
      expect(timelines[0]).to.include('Please try <b>Gresham</b>.')
      const spanish = (await ada.read(`/es/referrals/${id}`))('.timeline').text()
      expect(spanish).to.include('Solicitada').and.include('No aceptada')
    })

    it('tells the learner in their own words whose turn it is and what is open', async () => {
      const id = await ask()
      const mine = (await ada.read(`/referrals/${id}`))('main').text()
      const theirs = (await sam.read(`/referrals/${id}`))('main').text()
      expect(mine).to.include('Waiting on the center since today')
      expect(mine).to.include('See what the center sees').and.include('under your consent')
      expect(theirs).to.include('Open the packet').and.include('under the learner’s consent')

      const missed = { state: 'requested', substate: 'no_show' }
      expect((await sam.api('post', `/referrals/${id}/answers`, missed)).status).to.equal(200)
      expect((await ada.read(`/referrals/${id}`))('main').text()).to.include('Waiting on you since')
      expect((await sam.read(`/referrals/${id}`))('main').text()).to.include('on the learner since')
      expect((await ada.read('/es/referrals'))('main').text()).to.include('En espera de usted')
    })

    it('tells the learner when it lies too long, and offers another center after ten business days', async () => {
      const id = await ask()
      const noteOn = async (day: string) => {
        world.clock.at = new Date(`${day}T19:00:00Z`)
        return (await ada.read(`/referrals/${id}`))('.note--warning')
      }

      expect((await noteOn('2015-03-11')).length).to.equal(0)
      const late = await noteOn('2015-03-12')
      expect(late.text()).to.include('has not opened your request for 3 business days')
      expect(late.find('a').attr('href')).to.equal('/centers/north')
      const long = await noteOn('2015-03-23')
      expect(long.text()).to.include('You have waited 10 business days')
      expect(long.find('a').attr('href')).to.equal(`/referrals/${id}/hand-on`)
      const tool = await signIn(world.app, credentials(people.ada))
      const read = await tool.api('get', `/referrals/${id}`)
      expect((read.body as { overdue?: string }).overdue).to.equal('offer-another')
      await sam.submit(`/referrals/${id}/answer`, { state: 'accepted', substate: '', reason: '' })
      expect((await noteOn('2015-03-23')).length).to.equal(0)
    })

    it('offers staff other centers without a word on where else the learner agreed or is', async () => {
      await keepCenters(aCenter('east'), aCenter('west'))
      const id = await ask()
      await keepConsent('learner-ada', 'south')
      await keepReferrals(aReferral('theirs', 'learner-ada', 'west'))
      const shown = async (person: Person) => {
        const $ = await person.read(`/referrals/${id}/hand-on`)
        const centers = $('input[name=center]')
          .toArray()
          .map((one) => $(one).attr('value'))
        return { centers, text: $('form .usa-fieldset').first().text() }
      }

      const theirs = await shown(sam)
      expect(theirs.centers).to.deep.equal(['east', 'south', 'west'])
      expect(theirs.text).not.to.contain('consent is live')
      const mine = await shown(ada)
      expect(mine.centers).to.deep.equal(['east', 'south'])
      expect(mine.text).to.contain('consent is live')

      const path = `/referrals/${id}/hand-on`
      const taken = await sam.submit(path, { center: 'west', reason: 'They are closer.' })
      expect(taken.status).to.equal(409)
      expect(taken.text).to.contain('The learner already has an open referral to that center.')
    })

    it('shows the learner that the center has opened it, once', async () => {
      const id = await ask()
      await sam.read(`/referrals/${id}`)
      await sue.read(`/referrals/${id}`)

      const [referral] = await referralsOf('learner-ada')

      expect(referral?.substate).to.equal('viewed')
      expect(referral?.timeline).to.have.length(2)
    })

    it('offers each side only what it may set', async () => {
      const id = await ask()
      const offered = async (person: Person) => {
        const $ = await person.read(`/referrals/${id}/answer`)
        return $('input[name=state]')
          .toArray()
          .map((one) => $(one).attr('value'))
      }

      expect(await offered(ada)).to.deep.equal(['cancelled', 'entered-in-error'])
      expect(await offered(sam)).to.deep.equal(['accepted', 'rejected', 'cancelled', 'requested'])
    })

    it('shows the form again when the reason is missing, with what was chosen', async () => {
      const id = await ask()

      const again = await sam.submit(`/referrals/${id}/answer`, { state: 'rejected', reason: ' ' })

      expect(again.status).to.equal(422)
      const $ = load(again.text)
      expect($('input[value=rejected]').attr('checked')).to.not.equal(undefined)
      expect($('#field-reason-error').text()).to.include('Give a reason.')
    })

    it('sends the mail the answer announces, without a name in it', async () => {
      const id = await ask()
      await sam.submit(`/referrals/${id}/answer`, { state: 'accepted' })

      await mailSettled()

      const toAda = world.mails.filter(({ to }) => to === 'ada@example.org')
      expect(toAda).to.have.length(1)
      expect(toAda[0]?.text).to.include(`/referrals/${id}`)
      expect(toAda[0]?.text).to.not.include('Sam')
    })
  })

  describe('by API', () => {
    it('answers the contract', async () => {
      await keepConsent('learner-ada', 'north')

      const asked = await ada.api('post', '/referrals', { center: 'north' })

      expect(asked.status).to.equal(201)
      expect(asked.body).to.deep.include({
        state: 'requested',
        learner: { id: 'learner-ada' },
        center: { id: 'north', name: 'Center north' },
      })
      const { id } = asked.body as Body
      const read = await sam.api('get', `/referrals/${id}`)
      expect(read.body).to.deep.equal(asked.body)
      const answered = await sam.api('post', `/referrals/${id}/answers`, { state: 'accepted' })
      expect(answered.status).to.equal(200)
      expect((answered.body as Body).state).to.equal('accepted')
    })

    it('answers 403 without consent and says what to do, 409 for a second one', async () => {
      const refused = await ada.api('post', '/referrals', { center: 'north' })
      expect(refused.status).to.equal(403)
      expect((refused.body as Body).detail).to.include('consent')

      await ask()

      expect((await ada.api('post', '/referrals', { center: 'north' })).status).to.equal(409)
    })

    it('answers 403, 409 and 422 by the table, and 409 to any answer on a settled one', async () => {
      const id = await ask()
      const answer = (person: Person, body: object) =>
        person.api('post', `/referrals/${id}/answers`, body)

      expect((await answer(ada, { state: 'accepted' })).status).to.equal(403)
      expect((await answer(sam, { state: 'completed' })).status).to.equal(409)
      const missing = await answer(sam, { state: 'rejected' })
      expect(missing.status).to.equal(422)
      expect((missing.body as Body).errors?.map(({ field }) => field)).to.deep.equal(['reason'])
      expect((await answer(sam, { state: 'nonsense' })).status).to.equal(422)
      expect((await answer(sam, { state: 'accepted', more: 1 })).status).to.equal(422)
      expect((await answer(sam, { state: 'rejected', reason: 'Full.' })).status).to.equal(200)
      expect((await answer(sam, { state: 'rejected', reason: 'Full.' })).status).to.equal(409)
      expect((await answer(ada, { state: 'cancelled', reason: 'Never mind.' })).status).to.equal(
        409,
      )
    })

    it('lists a learner their own, a center its own', async () => {
      await keepReferrals(
        aReferral('one', 'learner-ada', 'north'),
        aReferral('two', 'learner-ben', 'north'),
        aReferral('three', 'learner-ben', 'south', { state: 'cancelled' }),
      )
      const idsFor = async (person: Person, query = '') => {
        const listed = await person.api('get', `/referrals${query}`)
        expect(listed.status).to.equal(200)
        return (listed.body as { items: Body[] }).items.map(({ id }) => id)
      }

      expect(await idsFor(ada)).to.deep.equal(['one'])
      expect(await idsFor(ben)).to.have.members(['two', 'three'])
      expect(await idsFor(sam)).to.deep.equal(['one', 'two'])
      expect(await idsFor(tom)).to.deep.equal(['three'])
      expect(await idsFor(tom, '?state=open')).to.deep.equal([])
      expect((await sam.api('get', '/referrals?center=south')).status).to.equal(403)
    })
  })

  describe('who may do what to whose referral', () => {
    const rows: readonly [string, number, number, number][] = [
      // who, read by page, read by API, answer by API
      ['ada', 200, 200, 403],
      ['ben', 404, 404, 404],
      ['sam', 200, 200, 200],
      ['tom', 404, 404, 404],
      ['max', 404, 404, 404],
      ['eve', 404, 404, 404],
    ]

    for (const [who, page, read, answer] of rows)
      it(`${who}: page ${String(page)}, API ${String(read)}, answer ${String(answer)}`, async () => {
        const person = { ada, ben, sam, tom, max, eve }[who]!
        const id = await ask()

        expect((await person.get(`/referrals/${id}`)).status).to.equal(page)
        expect((await person.get(`/referrals/${id}/answer`)).status).to.equal(page)
        expect((await person.api('get', `/referrals/${id}`)).status).to.equal(read)
        const answered = await person.api('post', `/referrals/${id}/answers`, { state: 'accepted' })
        expect(answered.status).to.equal(answer)
      })

    it('lets nobody in who is not signed in', async () => {
      const id = await ask()
      const stranger = visitor(world.app)

      expect((await stranger.get(`/referrals/${id}`)).status).to.equal(303)
      expect((await stranger.api('get', `/referrals/${id}`)).status).to.equal(401)
      expect((await stranger.api('post', '/referrals', { center: 'north' })).status).to.equal(401)
    })

    for (const id of ['nobody', '__proto__', '%00', 'a'.repeat(65), '{"$ne":1}'])
      it(`does not know the referral ${JSON.stringify(id).slice(0, 20)}`, async () => {
        const path = `/referrals/${encodeURIComponent(id)}`

        expect((await sam.get(path)).status).to.equal(404)
        expect((await sam.api('get', path)).status).to.equal(404)
      })
  })

  describe('the directory of centers', () => {
    beforeEach(() =>
      keepCenters(
        aCenter('bend', { name: 'WorkSource Bend', city: 'Bend', phone: '541-555-0100' }),
        aCenter('old', {
          name: 'Old Stop',
          status: 'historical',
          acceptingReferrals: false,
          asOf: '2001',
        }),
      ),
    )

    it('is public, in both languages, and says what is unknown', async () => {
      const $ = await visitor(world.app).read('/centers')

      expect($('tbody tr')).to.have.length(4)
      expect($('tbody tr').first().text()).to.include('Address unknown')
      expect((await visitor(world.app).read('/es/centers'))('h1').text()).to.equal(
        'Centros de empleo',
      )
    })

    it('is searched by the beginning of the city or name', async () => {
      const $ = await visitor(world.app).read('/centers?q=BEN')

      expect(
        $('tbody tr')
          .toArray()
          .map((row) => $(row).find('th').text().trim()),
      ).to.deep.equal(['WorkSource Bend'])
      expect((await visitor(world.app).read('/centers?q=zzz'))('.empty').text()).to.include(
        'No job center found',
      )
    })

    it('pages by cursor', async () => {
      const first = await visitor(world.app).api('get', '/centers?limit=3')
      const { items, next } = first.body as { items: Body[]; next: string }
      const second = await visitor(world.app).api('get', `/centers?limit=3&cursor=${next}`)
      const rest = second.body as { items: Body[]; next?: string }

      expect([...items, ...rest.items].map(({ id }) => id)).to.deep.equal([
        'north',
        'south',
        'old',
        'bend',
      ])
      expect(rest.next).to.equal(undefined)
      expect((await visitor(world.app).api('get', '/centers?cursor=x')).status).to.equal(422)
    })

    it('shows one center with unknown facts as unknown, and leads a learner to asking', async () => {
      const $ = await ada.read('/centers/bend')
      expect($('dl').text()).to.include('Unknown').and.include('541-555-0100')
      expect($('a[href="/referrals/new?center=bend"]')).to.have.length(1)
      expect((await ada.read('/centers/old'))('main').text()).to.include('takes no referrals')
      expect(
        (await visitor(world.app).read('/centers/bend'))('a[href^="/referrals/new"]'),
      ).to.have.length(0)
      expect((await ada.get('/centers/nowhere')).status).to.equal(404)
    })
  })
})
