import { expect } from 'chai'
import mongoose from 'mongoose'
import { saveOrganization } from '../../src/access/organization-store.js'
import { insertAwards } from '../../src/badges/award-store.js'
import { findBadge, saveBadgeVersion } from '../../src/badges/badge-store.js'
import { findAgreement, versionsOf } from '../../src/agreements/agreement-store.js'
import { saveCourse } from '../../src/agreements/course-store.js'
import { effectIdOf, findEffect } from '../../src/agreements/effect-store.js'
import { effectOf, measureEffects } from '../../src/agreements/measure-effect.js'
import { findProposal, proposalOutbox } from '../../src/agreements/proposal-store.js'
import { proposalAnswer } from '../../src/agreements/proposal-view.js'
import { publishVersion } from '../../src/agreements/publish-version.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { anAward } from '../support/build-learning.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const rita = anAccount('Rita Reviewer', 'college', 'pcc')
const pat = anAccount('Pat Provider', 'provider', 'treehouse')
const pia = anAccount('Pia Provider', 'provider', 'other-school')

const terms = {
  course: 'CIS 122',
  credits: '4',
  unit: 'quarter',
  badges: ['html'],
  lowestLevel: 'provider-confirmed',
  fills: 'requirement',
  force: 'binding',
  from: '2015-03-09',
}
const body = { college: 'pcc', series: 'cis-122', ...terms, credits: 4, internalNote: 'among us' }

describe('a proposal of an agreement', () => {
  let world: TestApp
  let cora: Person
  const as = (account: { email: string }) =>
    signIn(world.app, credentials(account as typeof people.cora))
  const idIn = (answer: { body: unknown }) => proposalAnswer.parse(answer.body).id
  const step = (person: Person, id: string, what: object) =>
    person.api('post', `/proposals/${id}/steps`, what)
  const proposed = async (change: object = {}) =>
    idIn(await cora.api('post', '/proposals', { ...body, ...change }))

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await saveOrganization(anOrganization('treehouse', { kind: 'provider' }))
    await saveOrganization(anOrganization('other-school', { kind: 'provider' }))
    await keep(rita, pat, pia)
    await saveCourse({
      collegeId: 'pcc',
      code: 'CIS 122',
      title: 'Programming Logic',
      credits: 4,
      unit: 'quarter',
      catalogYear: '2014-15',
      topics: ['logic', 'testing'],
      status: 'offered',
    })
    cora = await as(people.cora)
  })

  it('becomes a version when every reviewer approved and the college publishes it', async () => {
    const id = await proposed()
    const reader = await as(rita)

    expect((await step(cora, id, { step: 'publish' })).status).to.equal(403)
    const routed = await step(cora, id, { step: 'route', reviewers: [rita.id] })
    expect(routed.status).to.equal(201)
    expect((await step(cora, id, { step: 'approve' })).status).to.equal(403)
    expect((await step(reader, id, { step: 'approve', revision: 1 })).status).to.equal(201)
    const done = await step(cora, id, { step: 'publish', revision: 1 })

    expect(proposalAnswer.parse(done.body)).to.include({ state: 'published', version: 2 })
    const [, next] = await versionsOf(['cis-122'])
    expect(next).to.deep.include({
      id,
      version: 2,
      decidedBy: 'Rita Reviewer',
      decidedOn: '2015-03-09',
      fills: 'requirement',
      internalNote: 'among us',
      badgeVersions: [{ slug: 'html', version: 1 }],
    })
    const trail = (await findProposal(id))?.trail.map(({ kind }) => kind)
    expect(trail).to.deep.equal(['proposed', 'route', 'approve', 'publish'])
    const mails = (await proposalOutbox.waiting(10)).flatMap(({ entries }) => entries)
    expect(mails.map(({ template, to }) => `${template} ${to.name}`)).to.include.members([
      'proposalToReview Rita Reviewer',
      'proposalSettled Cora Registrar',
    ])
  })

  it('is published once, however many ask at once', async () => {
    const id = await proposed()
    await step(cora, id, { step: 'route', reviewers: [people.cora.id] })
    await step(cora, id, { step: 'approve' })

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => step(cora, id, { step: 'publish' })),
    )

    expect(answers.filter(({ status }) => status === 201)).to.have.length(1)
    expect(answers.filter(({ status }) => status === 409)).to.have.length(7)
    expect(await versionsOf(['cis-122'])).to.have.length(2)
  })

  const approved = async (change: object = {}) => {
    const id = await proposed(change)
    await step(cora, id, { step: 'route', reviewers: [people.cora.id] })
    await step(cora, id, { step: 'approve' })
    return id
  }
  const drafts = () => mongoose.connection.collection<{ _id: string }>('agreement-drafts')
  const hold = (id: string, publishingAt = world.clock.at) =>
    drafts().updateOne({ _id: id }, { $set: { publishingAt }, $inc: { steps: 1 } })

  it('adds nothing when it was withdrawn or changed since it was read', async () => {
    const [one, two] = [await approved(), await approved({ from: '2015-04-01' })]
    const read = [await findProposal(one), await findProposal(two)]
    await step(cora, one, { step: 'withdraw' })
    await cora.submit(`/proposals/${two}/amend`, { ...terms, from: '2015-05-01' })

    for (const proposal of read) {
      if (!proposal) throw new Error('no proposal')
      const outcome = await publishVersion(proposal, world.clock.at).catch(
        (error: unknown) => error,
      )
      expect(outcome).to.include({ kind: 'refused' })
    }
    expect(await versionsOf(['cis-122'])).to.have.length(1)
  })

  it('is in force just where it says so, whatever is asked at the same moment', async () => {
    for (const [other, from] of [
      ['withdraw', '2015-03-09'],
      ['amend', '2015-04-01'],
    ] as const) {
      const id = await approved({ from })
      await Promise.all([
        step(cora, id, { step: 'publish' }),
        other === 'withdraw'
          ? step(cora, id, { step: 'withdraw' })
          : cora.submit(`/proposals/${id}/amend`, { ...terms, from, credits: '3' }),
        step(cora, id, { step: 'publish' }),
      ])

      const proposal = await findProposal(id)
      const agreement = await findAgreement(id)
      expect(agreement !== undefined).to.equal(proposal?.state === 'published')
      if (agreement) expect(agreement.credits).to.equal(proposal?.terms.credits)
    }
  })

  it('can only be published on when a crash came in between, as it was decided', async () => {
    const id = await approved()
    await hold(id, new Date('2015-03-06T19:00:00Z'))

    expect((await step(cora, id, { step: 'withdraw' })).status).to.equal(409)
    const amended = await cora.submit(`/proposals/${id}/amend`, { ...terms, credits: '3' })
    expect(amended.status).to.equal(409)
    const shown = await cora.api('get', `/proposals/${id}`)
    expect(proposalAnswer.parse(shown.body).steps).to.deep.equal(['publish'])
    expect((await step(cora, id, { step: 'publish' })).status).to.equal(201)

    expect((await findProposal(id))?.state).to.equal('published')
    expect(await findAgreement(id)).to.include({ version: 2, decidedOn: '2015-03-06' })
    expect(await versionsOf(['cis-122'])).to.have.length(2)
  })

  it('is finished when the crash came after the version was added', async () => {
    const id = await approved()
    await step(cora, id, { step: 'publish' })
    await drafts().updateOne({ _id: id }, { $set: { state: 'approved' } })

    expect((await step(cora, id, { step: 'publish' })).status).to.equal(201)
    expect((await findProposal(id))?.state).to.equal('published')
    expect(await versionsOf(['cis-122'])).to.have.length(2)
  })

  it('is free again when another version took its number while it was held', async () => {
    const [one, two] = [await approved(), await approved({ from: '2015-04-01' })]
    await hold(two)
    await step(cora, one, { step: 'publish' })

    expect((await step(cora, two, { step: 'publish' })).status).to.equal(409)
    expect(await findAgreement(two)).to.equal(undefined)
    expect((await step(cora, two, { step: 'withdraw' })).status).to.equal(201)
  })

  it('is refused when another version was published in the meantime, and can follow it', async () => {
    const [one, two] = [await proposed(), await proposed({ from: '2015-04-01' })]
    for (const id of [one, two]) {
      await step(cora, id, { step: 'route', reviewers: [people.cora.id] })
      await step(cora, id, { step: 'approve' })
    }
    await step(cora, one, { step: 'publish' })

    expect((await step(cora, two, { step: 'publish' })).status).to.equal(409)
    expect(await findAgreement(two)).to.equal(undefined)
    const amended = await cora.submit(`/proposals/${two}/amend`, { ...terms, from: '2015-04-01' })
    expect(amended.status).to.equal(303)
    await step(cora, two, { step: 'approve' })
    expect((await step(cora, two, { step: 'publish' })).status).to.equal(201)
    expect((await findAgreement(two))?.version).to.equal(3)
  })

  it('asks for approval again when it is changed, and not for a revision nobody read', async () => {
    const id = await proposed()
    await step(cora, id, { step: 'route', reviewers: [people.cora.id] })
    await step(cora, id, { step: 'approve' })

    await cora.submit(`/proposals/${id}/amend`, { ...terms, credits: '3' })

    expect(await findProposal(id)).to.deep.include({ state: 'review', revision: 2, approvals: [] })
    expect((await step(cora, id, { step: 'approve', revision: 1 })).status).to.equal(409)
    expect((await step(cora, id, { step: 'approve', revision: 2 })).status).to.equal(201)
    const kept = (await findProposal(id))?.trail
    expect(kept?.[0]?.terms?.credits).to.equal(4)
    expect(kept?.find(({ kind }) => kind === 'amended')?.terms?.credits).to.equal(3)
  })

  const bad: [string, object, string][] = [
    ['no unit', { unit: '' }, 'unit'],
    ['credits out of range', { credits: 40 }, 'credits'],
    ['credits in odd fractions', { credits: 1.1 }, 'credits'],
    ['more than the course gives', { credits: 6 }, 'credits'],
    ['inverted dates', { from: '2015-05-01', to: '2015-04-01' }, 'to'],
    ['a day that does not exist', { from: '2015-02-30' }, 'from'],
    ['a start in the past', { from: '2015-03-08' }, 'from'],
    ['a start before the version in force', { from: '2013-01-01' }, 'from'],
    ['an unknown course', { course: 'CIS 999' }, 'course'],
    ['an unknown badge', { badges: ['html', 'nothing'] }, 'badges'],
    ['no badge', { badges: [] }, 'badges'],
    ['more badges than named', { badges: ['html'], atLeast: 2 }, 'atLeast'],
    ['an age of no months', { maxAgeMonths: 0 }, 'maxAgeMonths'],
    ['a wrong catalog year', { catalogYear: '2014' }, 'catalogYear'],
    ['the badges of another agreement of now', { series: '', badges: ['html', 'css'] }, 'from'],
    ['a state of its own', { state: 'published' }, 'state'],
  ]
  for (const [title, change, field] of bad)
    it(`is refused with ${title}`, async () => {
      const answer = await cora.api('post', '/proposals', { ...body, ...change })

      expect(answer.status).to.equal(422)
      const { errors } = answer.body as { errors: { field: string; message: string }[] }
      expect(errors.map((one) => one.field)).to.include(field)
      expect(errors.every(({ message }) => !message.includes(':error.'))).to.equal(true)
    })

  it('comes from a provider filled with what badge and course say, and ends at the college', async () => {
    const provider = await as(pat)
    const form = await provider.read('/proposals/new?college=pcc&course=CIS%20122&badge=html')
    expect(form('select[name=course] option[selected]').attr('value')).to.equal('CIS 122')
    expect(form('input[name=credits]').attr('value')).to.equal('4')
    expect(form('select[name=badges] option[selected]').attr('value')).to.equal('html')
    expect(form('textarea[name=why]').text()).to.contain('logic and testing')
    expect(form('[name=internalNote]').length).to.equal(0)

    const sent = await provider.submit('/proposals/new?college=pcc', {
      college: 'pcc',
      series: '',
      ...terms,
    })

    const at = sent.headers['location']?.split('?')[0] ?? ''
    expect(at).to.match(/^\/proposals\/[\w-]{36}$/)
    expect((await provider.read(at))('input[name=step]').attr('value')).to.equal('withdraw')
    expect((await (await as(pia)).get(at)).status).to.equal(404)
    expect((await (await as(people.paul)).get(at)).status).to.equal(404)
    const refusal = await cora.submit(at, { step: 'refuse', reason: '', revision: '1' })
    expect(refusal.status).to.equal(422)
    expect(refusal.text).to.contain('field-reason-error')
    const answer = await cora.submit(at, { step: 'refuse', reason: 'Too thin', revision: '1' })
    expect(answer.status).to.equal(303)
    expect((await provider.read(`/es${at}`))('main').text()).to.contain('Too thin')
  })

  it('keeps the internal note from the provider', async () => {
    const id = idIn(
      await (await as(pat)).api('post', '/proposals', { ...body, series: '', internalNote: '' }),
    )
    await cora.submit(`/proposals/${id}/amend`, { ...terms, internalNote: 'among us' })

    expect((await cora.get(`/proposals/${id}`)).text).to.contain('among us')
    expect((await (await as(pat)).get(`/proposals/${id}`)).text).to.not.contain('among us')
  })

  it('ends an agreement, and leaves it to those who earned it', async () => {
    await adaFinished(['html', 'css'])
    const sent = await cora.submit('/proposals/retire?agreement=cis-122-v1', {
      from: '2015-03-10',
      why: 'The course is gone',
    })
    const id = sent.headers['location']?.split(/[/?]/)[2] ?? ''
    await step(cora, id, { step: 'route', reviewers: [people.cora.id] })
    await step(cora, id, { step: 'approve' })
    await step(cora, id, { step: 'publish' })

    world.clock.at = new Date('2015-03-20T19:00:00Z')
    const list = await visitor(world.app).api('get', '/crosswalk')
    expect((list.body as { items: unknown[] }).items).to.deep.equal([])
    const own = await (await as(people.ada)).api('get', '/me/record')
    const { credits } = own.body as { credits: { agreement: string; status: string }[] }
    expect(credits.map(({ agreement, status }) => [agreement, status])).to.deep.equal([
      ['cis-122-v1', 'match'],
    ])
  })

  describe('shows whom it touches', () => {
    const others = Array.from({ length: 30 }, (_, index) => `other-${index}`)
    const holders = (badges: readonly string[], ids: readonly string[]) =>
      insertAwards(
        ids.flatMap((learnerId) =>
          badges.map((badge) =>
            anAward(badge, {
              id: `${badge}-${learnerId}`,
              learnerId,
              communityId: community,
              evidenceLevel: 'provider-confirmed',
              awardedOn: '2015-02-01',
            }),
          ),
        ),
      )

    it('by count over everybody, each person once', async () => {
      await holders(['html'], others.slice(0, 20))
      await holders(['html', 'css'], others.slice(20))
      const id = await proposed({ badges: ['html', 'css'], atLeast: 1 })

      const page = await cora.read(`/proposals/${id}`)

      expect(page('.stat').first().text()).to.match(/20\s+gain this credit/)
      expect(await findEffect(effectIdOf(id, 1))).to.deep.include({
        state: 'done',
        counts: { gains: 20, more: 0, less: 0, loses: 0, keeps: 0 },
      })
    })

    it('in the background when many hold the badges, and goes on after a stop', async () => {
      const many = Array.from({ length: 2_100 }, (_, index) => `many-${index}`)
      await holders(['html'], many)
      const id = await proposed()
      const proposal = (await findProposal(id))!

      const begun = await effectOf(proposal, world.ports)
      expect(begun).to.include({ state: 'counting', total: 2_100, looked: 0 })
      expect((await cora.read(`/proposals/${id}`))('progress').length).to.equal(1)
      const stop = new AbortController()
      let batches = 0
      const touch = async () => {
        batches += 1
        if (batches === 3) stop.abort()
      }
      await measureEffects({ world, signal: stop.signal, touch })
      expect((await findEffect(effectIdOf(id, 1)))?.looked).to.equal(1_000)
      expect((await cora.read(`/proposals/${id}`))('.stat').first().text()).to.contain('at least')
      await Promise.all(
        Array.from({ length: 3 }, () =>
          measureEffects({ world, signal: new AbortController().signal, touch: async () => {} }),
        ),
      )

      const done = await findEffect(effectIdOf(id, 1))
      expect(done?.state).to.equal('done')
      expect(done?.counts.gains).to.equal(2_100)
    }).timeout(60_000)

    it('by name within consent only, and says so to them', async () => {
      await adaFinished(['html'])
      await holders(['html'], ['learner-bob', ...others])
      await keepConsent()
      const id = await proposed()

      const page = await cora.read(`/proposals/${id}/learners`)

      expect(page('#affected tbody tr').length).to.equal(1)
      expect(page('#affected tbody').text()).to.contain('Ada Lovelace')
      const [read] = await disclosuresOf(adaId, 5)
      expect(read).to.deep.include({ organizationId: 'pcc', channel: 'list', purpose: 'credit' })
      expect(await disclosuresOf('learner-bob', 5)).to.deep.equal([])
    })

    it('to nobody by name once the consent has ended, and never to a provider', async () => {
      await adaFinished(['html'])
      await keepConsent({ withdrawnAt: new Date('2015-03-02T18:00:00Z') })
      const id = idIn(
        await (await as(pat)).api('post', '/proposals', { ...body, series: '', internalNote: '' }),
      )

      expect((await cora.read(`/proposals/${id}/learners`))('#affected').length).to.equal(0)
      expect((await (await as(pat)).get(`/proposals/${id}/learners`)).status).to.equal(403)
    })
  })

  it('is listed by state, and as the other party sees it', async () => {
    await proposed()
    const list = async (person: Person, query = '') =>
      ((await person.api('get', `/proposals${query}`)).body as { items: unknown[] }).items.length

    expect(await list(cora)).to.equal(1)
    expect(await list(cora, '?state=published')).to.equal(0)
    expect(await list(await as(pat))).to.equal(0)
    expect((await (await as(people.ada)).api('get', '/proposals')).status).to.equal(403)
    expect((await cora.read('/es/proposals'))('#proposals tbody tr').length).to.equal(1)
  })
})

describe('agreements to look at again', () => {
  let world: TestApp
  let cora: Person

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    cora = await signIn(world.app, credentials(people.cora))
    await cora.submit('/college/courses/edit', {
      code: 'cis 122',
      title: 'Programming Logic',
      credits: '4',
      unit: 'quarter',
      status: 'offered',
    })
  })

  it('are none while course and badges are as they were', async () => {
    expect((await cora.read('/college/agreements/stale'))('#stale').length).to.equal(0)
  })

  it('are named when the course or a badge changed, with what to do', async () => {
    await cora.submit('/college/courses/edit', {
      code: 'CIS 122',
      title: 'Computing Logic',
      credits: '3',
      unit: 'quarter',
      status: 'offered',
    })
    const html = (await findBadge('html'))!
    await saveBadgeVersion({ ...html, version: 2, status: 'retired' })

    const shown = await cora.read('/college/agreements/stale')

    expect(shown('#stale tbody tr').length).to.equal(1)
    expect(shown('#stale tbody').text())
      .to.contain('another title')
      .and.to.contain('3 quarter credits')
      .and.to.contain('can no longer be earned')
    expect(shown('#stale a[href^="/proposals/retire"]').length).to.equal(1)
  })

  it('are of a catalog with named faults', async () => {
    const answer = await cora.submit('/college/courses/edit', {
      code: 'logic',
      credits: '4',
      unit: '',
      catalogYear: '2014',
      status: 'offered',
    })

    expect(answer.status).to.equal(422)
    for (const field of ['code', 'unit', 'catalogYear'])
      expect(answer.text).to.contain(`field-${field}-error`)
  })

  it('show the public what each says, and never the internal note', async () => {
    const page = await cora.get('/crosswalk/agreements/cis-122-v1')

    expect(page.status).to.equal(200)
    expect((await cora.get('/crosswalk/agreements/nobody')).status).to.equal(404)
  })
})
