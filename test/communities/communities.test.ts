import { expect } from 'chai'
import fc from 'fast-check'
import supertest from 'supertest'
import { counted, publicCounts, publicSums, type Counters } from '../../src/communities/counter.js'
import { saveCounters } from '../../src/communities/counter-store.js'
import { namedOf, type Community } from '../../src/communities/community.js'
import { findCommunity, saveCommunities } from '../../src/communities/community-store.js'
import { saveProgram } from '../../src/communities/program-store.js'
import { paths, to, withQuery } from '../../src/http/paths.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { testApp, type TestApp } from '../support/app.js'
import { aProgram } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { visitor } from '../support/person.js'

const counters = (change: Partial<Counters> = {}): Counters => ({
  communityId: 'portland',
  asOf: new Date('2015-03-09T18:00:00Z'),
  learners: 5256,
  withAward: 2203,
  ready: 120,
  referrals: 40,
  ...change,
})

describe('what the public may count', () => {
  const cases: readonly (readonly [Partial<Counters>, object])[] = [
    [{}, { learners: 5256, withAward: 2203, ready: 120, referrals: 40 }],
    [{ ready: 9 }, { ready: 'few' }],
    [{ ready: 10 }, { ready: 10 }],
    [{ ready: 0 }, { ready: 'few' }],
    [
      { learners: 100, withAward: 91 },
      { learners: 100, withAward: 'most' },
    ],
    [
      { learners: 100, withAward: 90 },
      { learners: 100, withAward: 90 },
    ],
    [
      { learners: 9, withAward: 9, ready: 2 },
      { learners: 'few', withAward: 'few', ready: 'few' },
    ],
    [
      { learners: 12, withAward: 12 },
      { learners: 12, withAward: 'most' },
    ],
    [{ referrals: 3 }, { referrals: 'few' }],
  ]
  for (const [change, shown] of cases)
    it(`of ${JSON.stringify(change)} is ${JSON.stringify(shown)}`, () => {
      expect(publicCounts(counters(change))).to.include(shown)
    })
})

describe('what the public may count of all programs together', () => {
  const sums = (...changes: Partial<Counters>[]) => publicSums(changes.map(counters))

  it('adds what is shown, and says "at least" once something is hidden', () => {
    const exact = { atLeast: 5256 + 100, isExact: true }
    expect(sums({}, { learners: 100, ready: 10 }).learners).to.deep.equal(exact)
    expect(sums({}, { ready: 9 }).ready).to.deep.equal({ atLeast: 120, isExact: false })
    expect(sums({}, { learners: 100, withAward: 95 }).withAward).to.deep.equal({
      atLeast: 2203 + 91,
      isExact: false,
    })
  })

  it('is never more than the truth, and the truth where it says so', () => {
    const people = fc
      .record({ learners: fc.nat(40), share: fc.nat(100), referrals: fc.nat(20) })
      .map(({ learners, share, referrals }) => {
        const withAward = Math.round((learners * share) / 100)
        return counters({ learners, withAward, ready: Math.floor(withAward / 2), referrals })
      })
    const all = fc.array(people, { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(all, (some) => {
        const sum = publicSums(some)
        for (const key of counted) {
          const truth = some.reduce((total, one) => total + one[key], 0)
          expect(sum[key].atLeast).to.be.at.most(truth)
          if (sum[key].isExact) expect(sum[key].atLeast).to.equal(truth)
        }
      }),
    )
  })
})

describe('how many communities are known by name', () => {
  const totals = [
    { asOf: '2015-03-09', communities: '21', source: 'a' },
    { asOf: '2016-09-09', communities: '51', source: 'b' },
    { asOf: '2016-06-27', source: 'c' },
    { asOf: '2016-12', communities: '72', source: 'as it stood some day' },
  ]

  it('is set against the last count that has a day', () => {
    const joinings = [
      { joined: '2015-03-09' },
      { joined: '2016-03' },
      { yearJoined: 2015 },
      {},
      { joined: '2016-12-01' },
    ]

    expect(namedOf(joinings, totals)).to.deep.equal({
      counted: 51,
      asOf: '2016-09-09',
      source: 'b',
      named: 4,
      later: 1,
    })
    expect(namedOf(joinings, [])).to.equal(undefined)
  })
})

describe('the front page', () => {
  it('counts all programs together, and leads to the only one', async () => {
    const { app } = testApp()
    await emptyDatabase()
    await loadReference({ now: new Date(), demonstration: true })
    await saveCounters(counters())
    const alone = await visitor(app).read(paths.landing)
    await saveProgram(aProgram({ communityId: 'elsewhere', id: 'p', name: 'Code Elsewhere' }))
    await saveCounters(counters({ communityId: 'elsewhere', learners: 744, ready: 7 }))
    const both = await visitor(app).read(paths.landing)

    const shown = ($: typeof both) => $('.counters .stats').text().replace(/\s+/g, ' ')
    expect(shown(alone)).to.include('5,256 people').and.include('120 people ready')
    expect(alone('main a[href^="/communities/"]')).to.have.length(1)
    expect(both('main a[href^="/communities/"]')).to.have.length(0)
    expect(shown(both)).to.include('6,000 people').and.include('120 or more people ready')
  })
})

describe('the pages of the communities', () => {
  let app: TestApp['app']
  const read = (path: string) => visitor(app).read(path)
  const names = async (query: Record<string, string>) => {
    const $ = await read(withQuery(paths.communities, query))
    return $('#communities tbody th a')
      .map((_, link) => $(link).text())
      .get()
  }

  before(async () => {
    const world = testApp()
    app = world.app
    await emptyDatabase()
    await loadReference({ now: world.clock.at, demonstration: true })
    await saveCounters(counters({ ready: 7 }))
  })

  it('list every community the sources name, and say what is missing', async () => {
    const first = await read(paths.communities)
    const next = await read(first('a[rel=next]').attr('href') ?? '')

    expect(first('#communities tbody tr')).to.have.length(50)
    expect(next('#communities tbody tr')).to.have.length(6)
    expect(first('main').text())
      .to.include('TechHire counted 51 communities on September 9, 2016.')
      .and.include('name 38 of them; the names of 13 we have not found. 18 more joined later')
    expect(first('#totals tbody tr').last().text()).to.include('300+')
  })

  it('search by name and state, alike by page, file and API', async () => {
    const searches: readonly (readonly [Record<string, string>, readonly string[]])[] = [
      [{ state: 'FL', q: 'ta' }, ['Tallahassee', 'Tampa Bay']],
      [{ q: 'san' }, ['San Antonio', 'San Francisco', 'Santa Fe and Northern New Mexico']],
      [{ q: 'new mex' }, ['Santa Fe and Northern New Mexico']],
      [{ state: 'OR' }, ['Portland']],
      [{ state: 'WY' }, []],
    ]
    for (const [query, found] of searches) {
      const [csv, api] = await Promise.all([
        supertest(app).get(withQuery(paths.communitiesCsv, query)),
        supertest(app).get(withQuery('/api/v1/communities', query)),
      ])
      const { items } = api.body as { items: { name: string }[] }

      expect(await names(query)).to.deep.equal(found)
      expect(items.map(({ name }) => name)).to.deep.equal(found)
      expect(csv.text.trim().split('\r\n')).to.have.length(found.length + 1)
    }
  })

  it('refuse a search they do not understand', async () => {
    for (const query of ['state=oregon', 'limit=0', 'cursor=x', 'near=Portland'])
      expect((await supertest(app).get(`/api/v1/communities?${query}`)).status).to.equal(422)
  })

  it('page through the API, each community once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = await supertest(app).get(
        withQuery('/api/v1/communities', { limit: 20, cursor }),
      )
      const { items, next } = answer.body as { items: { slug: string }[]; next?: string }
      seen.push(...items.map(({ slug }) => slug))
      cursor = next
    } while (cursor !== undefined)

    expect(seen).to.have.length(56)
    expect(new Set(seen).size).to.equal(56)
  })

  it('show the program that runs there, and no number that points to a person', async () => {
    const $ = await read(to(paths.community, { slug: 'portland' }))
    const stats = $('.stat__value')
      .map((_, one) => $(one).text())
      .get()

    expect(stats).to.deep.equal(['5,256', '2,203', 'Fewer than 10', '40'])
    expect($('main').text())
      .to.include('Code Oregon')
      .and.include('10,000')
      .and.include('Worksystems')
      .and.include('WorkSource Portland Metro Southeast')
      .and.include('Front End Web Development')
      .and.include('promised 100 OJT, 50 paid internships')
    expect($('main a[href="https://worksystems.org"]')).to.have.length(1)
  })

  it('give the next step where no program runs, and invent no goals', async () => {
    const $ = await read(to(paths.community, { slug: 'omaha' }))

    expect($('main').text())
      .to.include('No program in Omaha uses this site.')
      .and.include('no published goals')
      .and.include('govtech.com 2016-12-01')
    expect($('main a[href="/tracks"]')).to.have.length(1)
    expect($('.stat')).to.have.length(0)
  })

  it('say what could not be confirmed', async () => {
    const $ = await read(to(paths.community, { slug: 'baltimore' }))

    expect($('.note').text()).to.include('could not confirm')
    expect($('.facts').text()).to.include('March 2016')
  })

  it('say the same in Spanish, with the words of a source marked as English', async () => {
    const $ = await read(`/es${to(paths.community, { slug: 'atlanta' })}`)

    expect($('main').text())
      .to.include('formar al menos a 100 personas')
      .and.include('9 de marzo de 2016')
    expect($('[lang=en]').text()).to.include('metroatlantaceo.com')
    const changed: Community = {
      ...((await findCommunity('atlanta')) as Community),
      figures: 'train 5 people',
    }
    await saveCommunities([changed])
    const after = await read(`/es${to(paths.community, { slug: 'atlanta' })}`)
    expect(after('p[lang=en]').text()).to.equal('train 5 people')
  })

  it('hold no token, and answer 304 to who has them already', async () => {
    for (const path of [paths.communities, to(paths.community, { slug: 'portland' })]) {
      const first = await supertest(app).get(path)
      const etag = first.headers['etag'] ?? ''
      const again = await supertest(app).get(path).set('If-None-Match', etag)

      expect(etag).to.not.equal('')
      expect(first.text).to.not.include('_csrf')
      expect(again.status).to.equal(304)
    }
  })

  it('answer 404 for a place nobody names, 200 for one where only a program runs', async () => {
    expect((await supertest(app).get('/communities/atlantis')).status).to.equal(404)
    await saveProgram(aProgram({ communityId: 'atlantis', id: 'p', name: 'Code Atlantis' }))

    const $ = await read('/communities/atlantis')

    expect($('h1').text()).to.equal('Code Atlantis')
    expect($('main').text()).to.include('do not name this community')
  })

  it('are where the landing page and the footer lead', async () => {
    const $ = await read('/')

    expect($('footer a[href="/communities"]')).to.have.length(1)
    expect($('main a[href="/communities"]')).to.have.length(1)
  })
})
