import { expect } from 'chai'
import { insertSlot } from '../../src/appointments/slot-store.js'
import { findBadge, saveBadgeVersion } from '../../src/badges/badge-store.js'
import { namesKeptMs } from '../../src/learners/badge-names.js'
import { consentsOf } from '../../src/learners/consent-store.js'
import { consentAnswer } from '../../src/learners/consent-view.js'
import { hashOfText, recordsNeeded } from '../../src/learners/consent.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials, password } from '../support/build-access.js'
import { aSlot } from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const asked = (change: object = {}) => ({
  parties: ['center'],
  purpose: 'referral',
  records: ['progress', 'badges', 'credential', 'contact'],
  password,
  ...change,
})

describe('a learner’s pages', () => {
  let world: TestApp
  let ada: Person
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    ada = await signIn(world.app, credentials(people.ada))
  })

  it('lead who has no badge yet to the first lesson and to bringing proof', async () => {
    const home = await ada.read('/home')

    expect(home('h1').text()).to.equal('Hello, Ada')
    const links = home('.next a')
      .toArray()
      .map((link) => home(link).attr('href'))
    expect(links).to.include('/evidence')
    expect(home('#home-badges').parent().find('.empty').length).to.equal(1)
  })

  it('show the next step first, then badges, credit and readiness', async () => {
    await adaFinished(['html', 'css'])

    const home = await ada.read('/home')

    expect(home('#next-step-heading').text()).to.equal('Course js')
    expect(home('.next progress').attr('value')).to.equal('2')
    expect(home('.badges .badge').length).to.equal(2)
    expect(home('#home-credit').parent().text()).to.contain('4 quarter credits in 1 course')
    expect(home('#home-ready').parent().text()).to.contain('Not yet job-ready')
  })

  it('show a place held from a waiting line before all else, until it is answered', async () => {
    const at = (hours: number) => new Date(world.clock.at.getTime() + hours * 3_600_000)
    const [startsAt, endsAt] = [at(48), at(49)]
    const place = {
      id: 'place',
      learnerId: adaId,
      state: 'offered',
      bookedAt: at(0),
      answerBy: at(3),
    } as const
    await insertSlot(aSlot({ centerId: 'center', startsAt, endsAt, bookings: [place] }))
    await keepConsent({ parties: ['center'], purpose: 'referral', records: recordsNeeded.referral })
    const shown = async (path = '/home') => {
      const $ = await ada.read(path)
      return $('.next h2')
        .toArray()
        .map((heading) => $(heading).text())
    }

    const home = await ada.read('/home')
    expect(home('#offer-heading').text()).to.include('Wednesday, March 11, 2015 at 12:00 PM PDT')
    expect(home('.next').first().text())
      .to.include('The center holds it for you until')
      .and.include('3:00 PM')
    const [take, leave] = home('.next')
      .first()
      .find('a')
      .toArray()
      .map((link) => home(link).attr('href') ?? '')
    expect((await ada.get(leave ?? '')).status).to.equal(200)
    expect((await shown('/es/home'))[0]).to.match(/^Se liberó un lugar: miércoles, 11 de marzo/)
    expect(await shown()).to.have.length(2)

    expect((await ada.submit(take ?? '', {})).status).to.equal(303)
    expect(await shown()).to.have.length(1)
  })

  it('show the new name of a badge within five seconds of an edit, here or elsewhere', async () => {
    await adaFinished(['html'])
    const named = async () => (await ada.read('/home'))('.badges .badge').text()
    const before = await named()
    const badge = await findBadge('html')
    if (!badge) throw new Error('the badge is there')

    await saveBadgeVersion({ ...badge, version: badge.version + 1, name: 'Pages that hold up' })
    world.clock.at = new Date(world.clock.at.getTime() + namesKeptMs)
    const after = await named()

    expect(before).not.to.contain('Pages that hold up')
    expect(after).to.contain('Pages that hold up')
  })

  it('send who is ready to a job center', async () => {
    await adaFinished(courses)

    const home = await ada.read('/es/home')

    expect(home('.next a').first().attr('href')).to.equal('/es/centers')
    expect(home('#home-ready').parent().text()).to.contain('1 de febrero de 2015')
  })

  for (const path of [
    '/record',
    '/readiness',
    '/credit',
    '/consents',
    '/consents/new',
    '/consents/reads',
    '/profile',
  ])
    for (const language of ['', '/es'])
      it(`answer ${language}${path}, and not to a college`, async () => {
        await adaFinished(['html', 'css'])
        await keepConsent()
        expect((await ada.read(`${language}${path}`))('h1').text()).not.to.match(/^\w+:/)

        const cora = await signIn(world.app, credentials(people.cora))
        expect((await cora.get(`${language}${path}`)).status).to.equal(403)
      })

  it('prove readiness in the words that the API gives', async () => {
    await adaFinished(['html', 'css'])

    const shown = (await ada.read('/readiness'))('.proof').text()
    const { body } = (await ada.api('get', '/me/record')) as {
      body: { readiness: { rules: { missing: string | null }[] } }
    }

    const missing = body.readiness.rules.flatMap((rule) => rule.missing ?? [])
    expect(missing.length).to.be.greaterThan(2)
    for (const text of missing) expect(shown).to.contain(text)
  })

  describe('for the profile', () => {
    const filled = { city: 'Gresham', postalCode: '97030', phone: '503-555-0100', portfolioUrl: '' }

    it('keep what was typed, and refresh readiness', async () => {
      const answer = await ada.submit('/profile', filled)

      expect(answer.status).to.equal(303)
      expect(await findLearner(adaId)).to.deep.include({
        place: { city: 'Gresham', postalCode: '97030' },
        phone: '503-555-0100',
      })
      await ada.submit('/profile', { ...filled, phone: '' })
      expect((await findLearner(adaId))?.phone).to.equal(undefined)
    })

    const wrong: [string, object, string][] = [
      ['no city', { city: ' ' }, 'city'],
      ['letters for a number', { phone: 'call me' }, 'phone'],
      ['a script for a link', { portfolioUrl: 'javascript:alert(1)' }, 'portfolioUrl'],
      ['a link without a host', { portfolioUrl: 'https://' }, 'portfolioUrl'],
      ['signs for a ZIP code', { postalCode: '$ne' }, 'postalCode'],
      ['another person’s id', { id: 'learner-bob' }, ''],
    ]
    for (const [title, change, field] of wrong)
      it(`refuse ${title}, at the field, with what was typed`, async () => {
        const answer = await ada.submit('/profile', { ...filled, ...change })

        expect(answer.status).to.equal(422)
        if (field) expect(answer.text).to.contain(`field-${field}-error`)
        expect(answer.text).to.contain(field === 'city' ? '97030' : 'Gresham')
        expect((await findLearner(adaId))?.place.city).to.equal('Portland')
      })
  })

  describe('for consent', () => {
    it('keep the words that were signed, by whom, until when', async () => {
      const answer = await ada.api('post', '/consents', asked({ expiresOn: '2015-12-31' }))

      expect(answer.status).to.equal(201)
      const consent = consentAnswer.parse(answer.body)
      expect(consent).to.deep.include({
        parties: ['center'],
        purpose: 'referral',
        records: ['progress', 'badges', 'credential', 'contact'],
        expiresOn: '2015-12-31',
        state: 'live',
        withdrawnAt: null,
      })
      const text = (await ada.read('/consents/new'))('.form .note').text().trim()
      expect(consent.textHash).to.equal(hashOfText(text))
    })

    it('last twelve months when no end is given', async () => {
      const answer = await ada.api('post', '/consents', asked())

      expect(consentAnswer.parse(answer.body).expiresOn).to.equal('2016-03-09')
    })

    const wrong: [string, object, string][] = [
      ['a wrong password', { password: 'not this one' }, 'password'],
      ['no password', { password: undefined }, 'password'],
      ['an end in the past', { expiresOn: '2015-03-08' }, 'expiresOn'],
      ['more than twelve months', { expiresOn: '2016-03-10' }, 'expiresOn'],
      ['a day that does not exist', { expiresOn: '2015-02-30' }, 'expiresOn'],
      ['nobody named', { parties: [] }, 'parties'],
      ['an unknown organization', { parties: ['nobody'] }, 'parties[0]'],
      ['an operator', { parties: [{ $ne: '' }] }, 'parties[0]'],
      ['a college for a referral', { parties: ['pcc'] }, 'parties[0]'],
      ['a center for credit', { purpose: 'credit' }, 'parties[0]'],
      ['no records', { records: [] }, 'records'],
      ['records there are none of', { records: ['diary'] }, 'records[0]'],
      ['a purpose there is none of', { purpose: 'fun' }, 'purpose'],
      ['another learner', { learnerId: 'learner-bob' }, 'learnerId'],
    ]
    for (const [title, change, field] of wrong)
      it(`refuse ${title} and name the field`, async () => {
        const answer = await ada.api('post', '/consents', asked(change))

        expect(answer.status).to.equal(422)
        const { errors } = answer.body as { errors: { field: string }[] }
        expect(errors.map((error) => error.field)).to.include(field)
        expect(await consentsOf(adaId)).to.deep.equal([])
      })

    it('show the form again with the error and without the password', async () => {
      const answer = await ada.submit('/consents/new?purpose=referral', {
        party: 'center',
        purpose: 'referral',
        records: ['progress'],
        expiresOn: '2015-12-31',
        password: 'not this one',
      })

      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain('field-password-error').and.not.to.contain('not this one')
    })

    it('are stopped by their own learner only, once and for all', async () => {
      await keepConsent()
      const bob = await signIn(world.app, credentials(people.bob))

      expect((await bob.api('delete', '/consents/consent-pcc')).status).to.equal(404)
      expect((await bob.get('/consents/consent-pcc/end')).status).to.equal(404)
      expect((await ada.api('delete', '/consents/nobody')).status).to.equal(404)
      expect((await ada.submit('/consents/consent-pcc/end', {})).status).to.equal(303)
      const [stopped] = await consentsOf(adaId)
      world.clock.at = new Date('2015-03-09T19:05:00Z')
      expect((await ada.api('delete', '/consents/consent-pcc')).status).to.equal(204)

      expect(stopped?.withdrawnAt).to.deep.equal(new Date('2015-03-09T19:00:00Z'))
      expect((await consentsOf(adaId))[0]?.withdrawnAt).to.deep.equal(stopped?.withdrawnAt)
    })

    for (const name of ['sam', 'cora', 'mia'] as const)
      it(`are not for ${name} to give`, async () => {
        const person = await signIn(world.app, credentials(people[name]))

        expect((await person.api('post', '/consents', asked())).status).to.equal(403)
      })
  })
})
