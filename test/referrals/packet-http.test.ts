import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { load } from 'cheerio'
import { compactVerify, importJWK, type JWK } from 'jose'
import { recordsNeeded } from '../../src/learners/consent.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { findReferral, referralsOf } from '../../src/referrals/referral-store.js'
import { keepResume, removeResume } from '../../src/resumes/keep-resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, password } from '../support/build-access.js'
import { actorOf, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'
import { wordsInPdf } from '../support/words-in-pdf.js'

describe('the packet of a referral', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let ada: Person
  let sam: Person
  let id: string

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testApp()
    ;[ada, sam] = await Promise.all([
      signIn(world.app, credentials(people.ada)),
      signIn(world.app, credentials(people.sam)),
    ])
    const done = await ada.submit('/referrals/new?center=north', {
      center: 'north',
      message: 'Mornings are best.',
      contactBy: 'phone',
      helpIn: 'vi',
      desiredWork: 'Front-end work',
      mayWork: 'yes',
      service: 'spouse',
      wants: ['ojt', 'job-match'],
      resumeUrl: 'https://example.org/ada',
      expiresOn: '2015-09-01',
      password,
    })
    expect(done.status).to.equal(303)
    id = (await referralsOf('learner-ada'))[0]?.id ?? ''
  })

  afterEach(() => mailSettled())

  it('shows the center what the learner said and shared, and the learner the same', async () => {
    const pages = await Promise.all(
      [sam, ada].map(async (person) => (await person.read(`/referrals/${id}/packet`))('main')),
    )

    for (const main of pages) {
      const text = main.text()
      expect(text).to.include('ada@example.org').and.include('Tiếng Việt')
      expect(text).to.include('Front-end work').and.include('Paid training on the job')
      expect(text).to.include('I am married to a veteran').and.include('https://example.org/ada')
      expect(text).to.include((await findReferral(id))?.consentId ?? 'no consent')
    }
  })

  it('writes each opening down, and one line a day and person on the timeline', async () => {
    await sam.read(`/referrals/${id}/packet`)
    await sam.read(`/referrals/${id}/packet`)
    await ada.read(`/referrals/${id}/packet`)

    const read = (await chainOf('learner-ada')).filter(({ basis }) => basis === 'consent')
    expect(read.map(({ actorName, channel }) => `${actorName} ${channel}`)).to.deep.equal([
      'Sam view',
      'Sam view',
    ])
    expect(read[0]?.records).to.include.members(['contact', 'resume', 'badges', 'referral'])
    const opened = (await findReferral(id))?.timeline.filter(({ kind }) => kind === 'packet-opened')
    expect(opened).to.have.length(1)
    expect((await ada.read(`/referrals/${id}`))('.timeline').text()).to.include('Packet opened')
  })

  it('is signed data that can be checked, without anything it must not hold', async () => {
    const got = await sam.api('get', `/referrals/${id}/packet`)
    const { packet, jws } = got.body as { packet: Record<string, unknown>; jws: string }

    const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string
    }
    const keys = (await visitor(world.app).get('/.well-known/jwks.json')).body as {
      keys: (JWK & { kid: string })[]
    }
    const key = keys.keys.find(({ kid }) => kid === header.kid)
    const { payload } = await compactVerify(jws, await importJWK(key ?? {}, 'RS256'))
    const claims = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>

    expect(claims).to.deep.include(packet)
    expect(claims['sub']).to.equal('urn:uuid:learner-ada')
    expect(packet['selfStated']).to.deep.equal({
      contactBy: 'phone',
      helpIn: 'vi',
      desiredWork: 'Front-end work',
      mayWork: 'yes',
      service: 'spouse',
      wants: ['ojt', 'job-match'],
      resumeUrl: 'https://example.org/ada',
    })
    expect(JSON.stringify(packet)).to.not.match(
      /ssn|socialSecurity|medical|disab|immigra|race|sex/i,
    )
    const file = await sam.get(`/referrals/${id}/packet.json`)
    expect(file.headers['content-disposition']).to.include('packet.json')
  })

  it('is a tagged PDF in the reader’s language', async () => {
    const got = await sam.get(`/es/referrals/${id}/packet.pdf`)

    expect(got.headers['content-type']).to.include('application/pdf')
    const bytes = (got.body as Buffer).toString('latin1')
    expect(bytes.startsWith('%PDF-1.7')).to.equal(true)
    expect(bytes).to.include('/MarkInfo').and.include('(es-US)')
  })

  it('is shut to all once the consent ends, to whoever only asked, and to strangers', async () => {
    const [olga] = await keep(anAccount('Olga', 'staff', 'south'))
    const tom = await signIn(world.app, credentials(olga))
    expect((await tom.get(`/referrals/${id}/packet`)).status).to.equal(404)
    await keepConsent('learner-ben', 'north')
    const asked = await tom.api('post', '/referrals', { center: 'north', learner: 'learner-ben' })
    const theirs = (asked.body as { id: string }).id
    expect((await tom.get(`/referrals/${theirs}`)).status).to.equal(200)
    expect((await tom.get(`/referrals/${theirs}/packet`)).status).to.equal(403)

    const { consentId = '' } = (await findReferral(id)) ?? {}
    await withdrawConsent(consentId, await actorOf(people.ada), world.ports)

    const shut = await sam.get(`/referrals/${id}/packet`)
    expect(shut.status).to.equal(403)
    expect(load(shut.text)('main').text()).to.include('consent has ended')
    expect((await ada.get(`/referrals/${id}/packet`)).status).to.equal(403)
    expect((await sam.get(`/referrals/${id}/packet.pdf`)).status).to.equal(403)
    expect((await sam.api('get', `/referrals/${id}/packet`)).status).to.equal(403)
  })

  it('holds nothing of what the learner said once they take it all back', async () => {
    const empty = { message: '', desiredWork: '', resumeUrl: '', service: '', helpIn: '' }
    expect((await ada.submit(`/referrals/${id}/details`, empty)).status).to.equal(303)

    const kept = await findReferral(id)
    expect([kept?.stated, kept?.message]).to.deep.equal([undefined, undefined])
    const text = (await sam.read(`/referrals/${id}/packet`))('main').text()
    expect(text).to.not.match(/Front-end work|married to a veteran|Mornings/)
  })

  it('names a résumé link nowhere while the consent leaves it out', async () => {
    const { consentId = '' } = (await findReferral(id)) ?? {}
    await withdrawConsent(consentId, await actorOf(people.ada), world.ports)
    await keepConsent('learner-ada', 'north', { records: [...recordsNeeded.referral] })

    const { packet } = (await sam.api('get', `/referrals/${id}/packet`)).body as {
      packet: { selfStated: { desiredWork?: string } }
    }
    expect(packet.selfStated.desiredWork).to.equal('Front-end work')
    expect(JSON.stringify(packet)).to.not.include('https://example.org/ada')
  })

  it('never takes anything that looks like a Social Security number', async () => {
    for (const [field, typed] of [
      ['message', 'My number is 123-45-6789.'],
      ['accommodation', '123456789'],
      ['desiredWork', 'see 123 45 6789'],
    ] as const) {
      const again = await ada.submit(`/referrals/${id}/details`, { [field]: typed })
      expect(again.status, field).to.equal(422)
      expect(load(again.text)(`#field-${field}-error`).text()).to.include('Social Security')
    }
    const phone = await ada.submit(`/referrals/${id}/details`, { message: 'Call 503-555-0100.' })
    expect(phone.status).to.equal(303)
    expect((await findReferral(id))?.message).to.equal('Call 503-555-0100.')
  })

  describe('with a résumé file', () => {
    const bytes = '%PDF-1.7 Ada'
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const file = () => `/referrals/${id}/packet/resume`
    const readings = async () =>
      (await chainOf('learner-ada'))
        .filter(({ records }) => records.length === 1 && records[0] === 'resume')
        .map(({ actorName, channel, consentIds }) => [actorName, channel, consentIds.length])
    const linkOf = async () => {
      const post = `/referrals/${id}/packet/links`
      const made = await sam.submit(`/referrals/${id}/packet`, { days: '3' }, post)
      return new URL(load(made.text)('main code').text()).pathname
    }
    const endConsent = async () => {
      const { consentId = '' } = (await findReferral(id)) ?? {}
      await withdrawConsent(consentId, await actorOf(people.ada), world.ports)
    }

    beforeEach(async () => {
      await keepResume(await actorOf(people.ada), Buffer.from(bytes), world.ports)
    })

    it('is named with its size and digest on page, paper and signed data', async () => {
      const page = (await sam.read(`/referrals/${id}/packet`))('main')
      expect(page.text()).to.include('resume.pdf').and.include(sha256)
      expect(page.find(`a[href="${file()}"]`).text()).to.include('PDF, 1 kB')
      const paper = (await sam.get(`/referrals/${id}/packet.pdf`)).body as Buffer
      expect((await wordsInPdf(paper)).replaceAll(/\s/g, '')).to.include(sha256)
      const { packet } = (await sam.api('get', `/referrals/${id}/packet`)).body as {
        packet: { resumeFile: Record<string, unknown> }
      }
      expect(packet.resumeFile).to.deep.include({
        name: 'resume.pdf',
        mediaType: 'application/pdf',
        size: bytes.length,
        sha256,
      })
      const told = new URL(String(packet.resumeFile['url'])).pathname.replace('/api/v1', '')
      expect(((await sam.api('get', told)).body as Buffer).toString()).to.equal(bytes)
    })

    it('is opened from it by the center, and each reading is written down for the learner', async () => {
      const got = await sam.get(file())
      await sam.api('get', file())
      await ada.get(file())

      expect((got.body as Buffer).toString()).to.equal(bytes)
      expect(got.headers['content-disposition']).to.equal('attachment; filename=resume.pdf')
      expect(got.headers['content-security-policy']).to.contain('sandbox')
      expect(await readings()).to.deep.equal([
        ['Sam', 'export', 1],
        ['Sam', 'api', 1],
      ])
    })

    it('is opened by a link with a name, and gone with the link', async () => {
      const path = await linkOf()
      const take = () => visitor(world.app).submit(path, { name: 'Rita', format: 'resume' })
      const opened = await visitor(world.app).submit(path, { name: 'Rita' })
      expect(opened.text).to.include(sha256).and.include('Save the résumé').and.not.include(file())

      expect(((await take()).body as Buffer).toString()).to.equal(bytes)
      expect(await readings()).to.deep.equal([['Rita (link)', 'export', 1]])

      world.clock.at = new Date('2015-03-12T19:00:01Z')
      const late = await visitor(world.app).submit(
        '/register',
        { name: 'R', format: 'resume' },
        path,
      )
      expect(late.status).to.equal(410)
      expect(await readings()).to.have.length(1)
    })

    it('is shut once the consent ends by its day or is stopped, and by one that leaves it out', async () => {
      const path = await linkOf()
      await endConsent()
      const late = await visitor(world.app).submit(
        '/register',
        { name: 'R', format: 'resume' },
        path,
      )
      expect([(await sam.get(file())).status, late.status]).to.deep.equal([403, 410])
      expect(load((await sam.get(file())).text)('main').text()).to.include('consent has ended')

      await keepConsent('learner-ada', 'north', { records: [...recordsNeeded.referral] })
      const shut = await sam.get(file())
      expect(shut.status).to.equal(403)
      expect(load(shut.text)('main').text()).to.include('does not cover a résumé')
      const { packet } = (await sam.api('get', `/referrals/${id}/packet`)).body as {
        packet: { resumeFile: unknown }
      }
      expect(packet.resumeFile).to.equal(null)

      world.clock.at = new Date('2016-03-20T19:00:00Z')
      expect((await sam.get(file())).status).to.equal(403)
      expect(await readings()).to.deep.equal([])
    })

    it('is said to go along, or why not, on the page that asks', async () => {
      const said = async () => (await ada.read('/referrals/new?center=south'))('main').text()
      expect(await said()).to.include('Your résumé file goes along: PDF, 1 kB')
      await keepConsent('learner-ada', 'south')
      expect(await said()).to.include('does not go along: the consent')
      await removeResume(await actorOf(people.ada), world.ports)

      const page = await ada.read('/es/referrals/new?center=south')
      expect(page('main').text()).to.include('no tiene ningún archivo de currículum')
      expect(page('a[href="/es/profile/resume"]').text()).to.include('Subir uno')
    })

    it('is no longer there once its learner deletes it', async () => {
      await removeResume(await actorOf(people.ada), world.ports)

      const got = await sam.get(file())
      expect(got.status).to.equal(404)
      expect(load(got.text)('main').text()).to.include('There is no résumé here')
      expect((await sam.read(`/referrals/${id}/packet`))('main').text()).not.to.include(sha256)
    })

    it('is covered by the consent that its learner signs on the way, with what the page says', async () => {
      const page = (await ada.read('/referrals/new?center=south'))('main').text()
      expect(page).to.include('Your résumé and the link to your portfolio')
      const form = { center: 'south', expiresOn: '2015-09-01', password }
      expect((await ada.submit('/referrals/new?center=south', form)).status).to.equal(303)

      const tom = await signIn(world.app, credentials(people.tom))
      const theirs = (await referralsOf('learner-ada')).find(({ centerId }) => centerId === 'south')
      const got = await tom.get(`/referrals/${theirs?.id ?? ''}/packet/resume`)
      expect(got.status).to.equal(200)
    })
  })

  describe('by a link', () => {
    const makeLink = async (person: Person, days = '3') => {
      const made = await person.submit(
        `/referrals/${id}/packet`,
        { days },
        `/referrals/${id}/packet/links`,
      )
      expect(made.status).to.equal(200)
      return new URL(load(made.text)('main code').text()).pathname
    }

    it('opens to somebody without an account who gives a name, and says so to the learner', async () => {
      const path = await makeLink(sam)
      const stranger = visitor(world.app)

      const asked = await stranger.read(path)
      expect(asked('main').text()).to.include('Center north').and.not.include('Ada')
      expect((await stranger.submit(path, { name: ' ' })).status).to.equal(422)
      const opened = await stranger.submit(path, { name: 'Rita of the front desk' })
      const pdf = await stranger.submit(path, { name: 'Rita of the front desk', format: 'pdf' })

      expect(load(opened.text)('main').text()).to.include('ada@example.org')
      expect(pdf.headers['content-type']).to.include('application/pdf')
      const read = (await chainOf('learner-ada')).filter(({ actorId }) =>
        actorId.startsWith('link-'),
      )
      expect(read.map(({ actorName, channel }) => `${actorName} ${channel}`)).to.deep.equal([
        'Rita of the front desk (link) view',
        'Rita of the front desk (link) export',
      ])
    })

    it('is gone once it ends, is stopped, or the consent ends, and says what to do', async () => {
      const [ending, stopped, shut] = [
        await makeLink(sam),
        await makeLink(ada),
        await makeLink(sam, '14'),
      ]
      const status = async (path: string) => (await visitor(world.app).get(path)).status
      const page = await ada.read(`/referrals/${id}/packet`)
      const stop = page('form[action$="/stop"]').eq(1).attr('action') ?? ''
      expect((await ada.submit(`/referrals/${id}/packet`, {}, stop)).status).to.equal(303)
      expect([await status(ending), await status(stopped), await status(shut)]).to.deep.equal([
        200, 410, 200,
      ])

      world.clock.at = new Date('2015-03-12T19:00:01Z')
      const gone = await visitor(world.app).get(ending)
      expect(gone.status).to.equal(410)
      expect(load(gone.text)('main').text()).to.include('Ask the person who sent it for a new one')
      const before = (await chainOf('learner-ada')).length
      const send = (path: string) => visitor(world.app).submit('/register', { name: 'Rita' }, path)
      const late = [await send(ending), await send(stopped)]
      expect(late.map(({ status }) => status)).to.deep.equal([410, 410])
      expect(late.map(({ text }) => text).join('')).not.to.contain('ada@example.org')
      expect(await chainOf('learner-ada'), 'nothing was shown').to.have.length(before)
      const { consentId = '' } = (await findReferral(id)) ?? {}
      await withdrawConsent(consentId, await actorOf(people.ada), world.ports)

      expect(await status(shut)).to.equal(410)
      expect(await status(`/packets/${'x'.repeat(43)}`)).to.equal(404)
      expect(await status('/packets/short')).to.equal(404)
    })

    it('is made by the learner and the center only, for as long as is offered', async () => {
      const post = (days: string) =>
        sam.submit(`/referrals/${id}/packet`, { days }, `/referrals/${id}/packet/links`)
      expect((await post('15')).status).to.equal(422)
      const tom = await signIn(world.app, credentials(people.tom))
      const foreign = await tom.submit('/settings', { days: '3' }, `/referrals/${id}/packet/links`)
      expect(foreign.status).to.equal(404)
    })
  })
})
