import { expect } from 'chai'
import { findLearner } from '../../src/learners/learner-store.js'
import { evidenceOfLearner, factsOf } from '../../src/providers/evidence-store.js'
import { fetchProfile } from '../../src/providers/fetch-profile.js'
import { importProfile } from '../../src/providers/import-profile.js'
import { awardsOf } from '../../src/badges/award-store.js'
import { paths } from '../../src/http/paths.js'
import { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import { aLearnerAt, keepCourses, providerStaffAt, realProfile } from '../support/build-evidence.js'
import { emptyDatabase } from '../support/database.js'
import { load } from 'cheerio'

interface Answer {
  id: string
  state: string
  read: number
  recorded: number
  alreadyKnown: number
  awarded: string[]
  refused: unknown[]
  warnings: string[]
  errors?: { field: string }[]
  detail: string
}

const sourceProfile = '/imports?source=treehouse-profile'

describe('Bringing a Treehouse profile', () => {
  let app: TestApp
  let ada: Awaited<ReturnType<typeof aLearnerAt>>

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp({}, '2016-06-01T12:00:00Z')
    await keepCourses()
    ada = await aLearnerAt(app.app, 'Ada')
  })

  const bring = async (document: object) => {
    const answer = await ada.api('post', sourceProfile, document)
    return { status: answer.status, body: answer.body as Answer }
  }

  it('records each badge once, as self-reported, and awards what it earns', async () => {
    const { status, body } = await bring(realProfile(5))

    expect(status).to.equal(201)
    expect(body).to.include({ state: 'done', read: 144, recorded: 144, alreadyKnown: 0 })
    expect(body.awarded).to.deep.equal(['first-badge'])
    expect([body.refused, body.warnings]).to.deep.equal([[], []])
    const facts = await factsOf(ada.learnerId)
    expect(facts).to.have.length(144)
    expect(new Set(facts.map(({ level }) => level))).to.deep.equal(new Set(['self-reported']))
    expect((await awardsOf(ada.learnerId)).map(({ evidenceLevel }) => evidenceLevel)).to.deep.equal(
      ['self-reported'],
    )
  })

  it('records nothing the second time, nor for two at once', async () => {
    const both = await Promise.all([bring(realProfile(5)), bring(realProfile(5))])
    const { body } = await bring(realProfile(5))

    expect(both.map(({ status }) => status)).to.deep.equal([201, 201])
    expect(both[0].body.recorded + both[1].body.recorded).to.equal(144)
    expect(body).to.include({ read: 144, recorded: 0, alreadyKnown: 144 })
    expect(body.awarded).to.deep.equal([])
    expect(await factsOf(ada.learnerId)).to.have.length(144)
    expect(await awardsOf(ada.learnerId)).to.have.length(1)
  })

  it('awards nothing for the sign-up badge alone', async () => {
    const { body } = await bring(realProfile(4))

    expect([body.recorded, body.awarded]).to.deep.equal([1, []])
  })

  it('is found again under its id, by its learner only', async () => {
    const { body } = await bring(realProfile(1))
    const ben = await aLearnerAt(app.app, 'Ben')

    expect((await ada.api('get', `/imports/${body.id}`)).body).to.deep.equal(body)
    expect((await ben.api('get', `/imports/${body.id}`)).status).to.equal(404)
    expect((await ada.api('get', '/imports/none')).status).to.equal(404)
  })

  describe('under another name than before', () => {
    const countOf = async () => (await factsOf(ada.learnerId)).length

    beforeEach(async () => {
      await bring(realProfile(4))
    })

    it('is recorded with a warning but does not count', async () => {
      const { body } = await bring(realProfile(1))

      expect(body.recorded).to.equal(4)
      expect(body.warnings[0]).to.contain('samplelearner1').and.to.contain('samplelearner4')
      expect(body.awarded).to.deep.equal([])
      expect(await countOf()).to.equal(1)
      expect(await evidenceOfLearner(ada.learnerId)).to.have.length(5)
    })

    it('counts once the learner confirms that it is theirs', async () => {
      const { body } = await bring(realProfile(1))
      const page = await ada.read(`/imports/${body.id}`)
      const ask = page('main a.usa-button').attr('href') ?? ''

      const answer = await ada.submit(ask, { name: 'samplelearner1' })

      expect(answer.status).to.equal(303)
      expect(await countOf()).to.equal(5)
      expect((await awardsOf(ada.learnerId)).map(({ badge }) => badge)).to.deep.equal([
        'first-badge',
      ])
      expect(
        (await findLearner(ada.learnerId))?.profiles.map((p) => [p.name, p.confirmed]),
      ).to.deep.equal([
        ['samplelearner4', true],
        ['samplelearner1', true],
      ])
      expect((await bring(realProfile(1))).body.warnings).to.deep.equal([])
    })

    it('counts once the learner confirms it by a call; again changes nothing', async () => {
      await bring(realProfile(1))
      const confirm = async (name: string) => ada.api('post', '/me/profiles', { name })

      const first = await confirm('samplelearner1')
      const again = await confirm('samplelearner1')

      expect([first.status, again.status]).to.deep.equal([200, 200])
      expect(first.body).to.deep.equal({
        name: 'samplelearner1',
        released: 4,
        awarded: ['first-badge'],
      })
      expect(again.body).to.include({ released: 0 })
      expect((await confirm('nobody')).status).to.equal(404)
      expect(await countOf()).to.equal(5)
    })

    it('cannot be confirmed when it was never brought', async () => {
      const answer = await ada.submit(`${paths.ownProfile}?name=nobody`, { name: 'nobody' })

      expect(answer.status).to.equal(404)
    })
  })

  it('hints at the picture only for a profile that we read ourselves', async () => {
    const actor = {
      accountId: 'ada',
      name: 'Ada',
      email: ada.email,
      language: 'en',
      roles: [],
      learnerId: ada.learnerId,
    } as const
    const hash = '1e2892f88e92ea05dcbd2136c294393e'
    const other = { ...realProfile(1), gravatar_hash: hash }
    const sent = (isFetched: boolean, document: object) =>
      importProfile(actor, { document, isFetched }, app.ports)
    const own = { ...realProfile(1), gravatar_hash: md5OfAda }

    expect((await sent(false, own)).warnings).to.deep.equal([])
    expect((await sent(true, own)).warnings.map(({ key }) => key)).to.deep.equal([
      'gravatarMatches',
    ])
    expect((await sent(true, other)).warnings.map(({ key }) => key)).to.deep.equal([
      'gravatarDiffers',
    ])
  })

  describe('that is wrong records nothing and names the place:', () => {
    const badge = { id: 1, name: 'One', earned_date: '2015-01-01T00:00:00Z', courses: [] }
    const wrong: [string, object, number, string][] = [
      [
        'an impossible date',
        { badges: [badge, { ...badge, id: 2, earned_date: '2015-02-30T00:00:00Z' }] },
        422,
        'badges[1].earned_date',
      ],
      [
        'a future date',
        { badges: [{ ...badge, earned_date: '2016-06-02T00:00:00Z' }] },
        422,
        'badges[0].earned_date',
      ],
      ['an id twice', { badges: [badge, badge] }, 422, 'badges[1].id'],
      [
        '10,000 badges',
        { badges: Array.from({ length: 10_000 }, (_, id) => ({ ...badge, id: id + 1 })) },
        422,
        'badges',
      ],
      ['an operator', { badges: [{ ...badge, id: { $ne: 1 } }] }, 422, 'badges[0].id'],
    ]
    for (const [what, document, status, field] of wrong) {
      it(what, async () => {
        const answer = await bring({ profile_name: 'ada', ...document })

        expect(answer.status).to.equal(status)
        expect(answer.body.errors?.[0]?.field).to.equal(field)
        expect(await evidenceOfLearner(ada.learnerId)).to.deep.equal([])
        expect((await findLearner(ada.learnerId))?.profiles).to.deep.equal([])
      })
    }
  })

  it('is not for other sources or other people', async () => {
    const pat = await providerStaffAt(app.app, 'Pat')

    expect((await pat.api('post', sourceProfile, realProfile(1))).status).to.equal(403)
    expect((await ada.api('post', '/imports?source=open-badge', {})).status).to.equal(422)
    expect((await ada.api('post', '/imports?source=word-of-mouth', {})).status).to.equal(422)
    expect((await ada.api('post', '/imports', {})).status).to.equal(422)
  })

  describe('on the pages', () => {
    const file = (content: string) => ({ name: 'profile.json', content })

    it('by a file leads to a page that tells what came of it', async () => {
      const answer = await ada.upload(paths.newEvidence, file(JSON.stringify(realProfile(5))))

      expect(answer.status).to.equal(303)
      const page = await ada.read(answer.headers['location'] as string)
      expect(page('main').text()).to.contain('144 new facts').and.to.contain('Badge first-badge')
      const spanish = await ada.read(`/es${String(answer.headers['location'])}`)
      expect(spanish('main').text()).to.contain('144 datos nuevos')
      expect((await ada.read(paths.newEvidence))('table#imports tbody tr')).to.have.length(1)
    })

    it('by pasting does the same', async () => {
      const answer = await ada.submit(paths.pasteEvidence, { text: JSON.stringify(realProfile(1)) })

      expect(answer.status).to.equal(303)
      expect(await factsOf(ada.learnerId)).to.have.length(4)
    })

    it('shows the form again with what is wrong and where', async () => {
      const text = JSON.stringify({ profile_name: 'ada', badges: [{ id: 0 }] })
      const uploaded = await ada.upload(paths.newEvidence, file(text))
      const pasted = await ada.submit(paths.pasteEvidence, { text })
      const broken = await ada.upload(paths.newEvidence, file('{"a":'))

      expect([uploaded.status, pasted.status, broken.status]).to.deep.equal([422, 422, 400])
      expect(load(uploaded.text)('#error-summary').text()).to.contain('badges[0].id')
      expect(load(broken.text)('#error-summary').text()).to.contain('JSON')
    })

    it('refuses a file over 5 MB and names the limit', async () => {
      const large = await ada.upload(paths.newEvidence, file('x'.repeat(5 * 1024 * 1024 + 1)))

      expect(large.status).to.equal(413)
      expect(load(large.text)('#error-summary').text()).to.contain('5 MB')
    })

    it('says that naming a profile is off, unless the program allows it', async () => {
      const page = await ada.read(paths.nameProfile)

      expect(page('main form')).to.have.length(0)
      expect(page('main').text()).to.contain('upload')
    })
  })
})

const md5OfAda = '5bfcf2d8e394674550332640d72db509'

describe('A profile that is read at the provider', () => {
  it('needs a name that can be one', async () => {
    const get = async () => ({ status: 200, text: '{"a":1}' })

    expect(await fetchProfile('Ada_1', get)).to.deep.equal({ a: 1 })
    for (const name of ['../admin', 'a/b', '', 'a?b', 'ada.json', '-a']) {
      await fetchProfile(name, get).then(
        () => expect.fail(`${name} was read`),
        (error: unknown) => expect(error).to.be.instanceOf(Problem),
      )
    }
  })
})
