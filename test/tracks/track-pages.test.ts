import { expect } from 'chai'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { saveTrackVersion, findTrack } from '../../src/tracks/track-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, keepProgram } from '../support/build-access.js'
import { aBadge, evidenceOfProfile } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor } from '../support/person.js'

let world: TestApp
const ada = anAccount('Ada Learner', 'learner')
const staff = anAccount('Sam Staff', 'staff')

describe('the pages of the tracks', () => {
  before(async () => {
    world = testApp()
    const { clock } = world
    await emptyDatabase()
    await keepProgram()
    await loadReference({ now: clock.at, demonstration: true })
    await keep(ada, staff)
  })

  it('show all tracks on one page, with old pay called old and unknown lists called unknown', async () => {
    const page = await visitor(world.app).read('/tracks')

    expect(page('h1').text()).to.equal('Tracks')
    expect(
      page('.tile h2')
        .toArray()
        .map((one) => page(one).text()),
    ).to.have.members([
      'Front End Web Development',
      'Software Development: Full Stack JavaScript',
      'Back-End Development: PHP',
      'App and Web Design',
    ])
    expect(page('main').text()).to.include('Old figure: $67,990 a year (US median, May 2017)')
    expect(page('main').text()).to.include('Android Development')
  })

  it('draw a track and list the same steps', async () => {
    const page = await visitor(world.app).read('/tracks/front-end-web-development')
    const track = await findTrack('front-end-web-development')

    expect(page('svg.path__picture .path__node')).to.have.length(track!.steps.length)
    expect(page('ol.steps > li')).to.have.length(track!.steps.length)
    expect(page('svg.path__picture title').text()).to.include('Front End Web Development')
    expect(page('main').text()).to.include('about 59 hours')
    expect(page('.steps__state').length, "no progress is nobody's").to.equal(0)
  })

  it('name the skills its badges show, and those asked for in the work it leads to', async () => {
    const facts = (await visitor(world.app).read('/tracks/front-end-web-development'))('.facts')

    expect(facts.text()).to.match(/You show\s*[^]*CSS/)
    expect(facts.text()).to.match(/Most asked for in this work, says O\*NET: [^]*JavaScript/)
  })

  it('mark English names on Spanish pages', async () => {
    const page = await visitor(world.app).read('/es/tracks/php-development')

    expect(page('.steps__label:not([lang=en])').length).to.equal(0)
    expect(page('.lead[lang]').length, 'its summary is Spanish').to.equal(0)
    const own = await visitor(world.app).read('/tracks/php-development')
    expect(own('.steps__label[lang]').length).to.equal(0)
  })

  it('speak Spanish, with the names of courses as they are', async () => {
    const page = await visitor(world.app).read('/es/tracks/php-development')

    expect(page('h1').text()).to.equal('Desarrollo back end: PHP')
    expect(page('main').text()).to.include('Object-Oriented PHP Basics')
    expect(page('main').text()).to.not.match(/tracks:|undefined/)
  })

  it('do not invent the steps of a track whose list was not found', async () => {
    const page = await visitor(world.app).read('/tracks/android-development')

    expect(page('main').text()).to.include('We do not make one up')
    expect(page('svg.path__picture')).to.have.length(0)
    expect(page('ol.steps')).to.have.length(0)
  })

  it('answer 404 for a track nobody knows and for a wrong slug', async () => {
    const statuses = await Promise.all(
      ['/tracks/cobol', '/tracks/%2e%2e', '/tracks/A_B', '/tracks/cobol/start'].map(
        async (path) => (await (await signIn(world.app, credentials(ada))).get(path)).status,
      ),
    )

    expect(statuses).to.deep.equal([404, 404, 404, 404])
  })

  it('are the same for every visitor, so that a browser may keep them', async () => {
    const first = await visitor(world.app).get('/tracks')
    const again = await visitor(world.app).get('/tracks')

    expect(first.headers['etag']).to.be.a('string')
    expect(again.headers['etag']).to.equal(first.headers['etag'])
  })

  it('let a learner start a track, once, in the version offered that day', async () => {
    const person = await signIn(world.app, credentials(ada))

    const started = await person.submit('/tracks/full-stack-javascript/start', {})
    const again = await person.read('/tracks/full-stack-javascript/start')

    expect(started.status).to.equal(303)
    expect(started.headers['location']).to.match(/^\/tracks\/full-stack-javascript\?notice=/)
    expect(again('form[method=post] button[type=submit]').text()).to.not.include('Start')
    expect((await findLearner(ada.learnerId!))?.enrollments).to.deep.equal([
      { track: 'full-stack-javascript', version: 'c2018', startedOn: '2015-03-09' },
    ])
  })

  it('show a learner what is done and what is next, in the version they keep', async () => {
    await recordFacts(evidenceOfProfile('real-5', ada.learnerId!))
    const now = (await findTrack('full-stack-javascript'))!
    await saveTrackVersion({ ...now, version: 'shorter', order: 9, steps: now.steps.slice(0, 3) })

    const page = await (
      await signIn(world.app, credentials(ada))
    ).read('/tracks/full-stack-javascript')

    expect(page('.path__node--done')).to.have.length(11)
    expect(page('.steps__item--next')).to.have.length(1)
    expect(page('.next h2').text()).to.equal('Introducing JavaScript')
    expect(page('main').text()).to.include('11 of 24 steps done')
    expect(page('main').text()).to.include('There is a newer version of this track (shorter)')
  })

  it('do not let anybody else start one, nor anybody start an unknown list', async () => {
    const asStaff = await (
      await signIn(world.app, credentials(staff))
    ).get('/tracks/web-design/start')
    const learner = await signIn(world.app, credentials(ada))
    const page = await learner.read('/tracks/android-development/start')
    const forced = await learner.submit(
      '/tracks/web-design/start',
      {},
      '/tracks/android-development/start',
    )

    expect(asStaff.status).to.equal(403)
    expect(page('main form')).to.have.length(0)
    expect(forced.status).to.equal(409)
  })
})

describe('GET /tracks and GET /badges', () => {
  before(async () => {
    world = testApp()
    const { clock } = world
    await emptyDatabase()
    await loadReference({ now: clock.at, demonstration: true })
  })

  it('give the catalog of tracks to anybody', async () => {
    const answer = await visitor(world.app).api('get', '/tracks')
    const { items, next } = answer.body as { items: Record<string, unknown>[]; next?: string }

    expect(answer.status).to.equal(200)
    expect(next).to.equal(undefined)
    expect(items).to.have.length(8)
    expect(items.find(({ slug }) => slug === 'full-stack-javascript')).to.include({
      version: 'c2018',
      stepsTotal: 24,
      status: 'published',
    })
    expect(items[0]).to.not.have.property('_id')
  })

  it('give badges page by page, each once', async () => {
    await saveBadgeVersion(aBadge('zz', { kind: 'badges', badges: ['first-badge'] }))
    const slugs: string[] = []
    let cursor = ''
    do {
      const answer = await visitor(world.app).api('get', `/badges?limit=30${cursor}`)
      const body = answer.body as { items: { slug: string }[]; next?: string }
      slugs.push(...body.items.map(({ slug }) => slug))
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`
    } while (cursor !== '')

    expect(slugs).to.have.length(81)
    expect(new Set(slugs).size).to.equal(81)
  })

  for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=%7B%7D', 'order=name'])
    it(`refuse ?${query}, naming the field`, async () => {
      const answer = await visitor(world.app).api('get', `/badges?${query}`)
      const { errors } = answer.body as { errors: { field: string }[] }

      expect(answer.status).to.equal(422)
      expect(errors[0]?.field).to.equal(query.split('=')[0])
    })
})
