import { expect } from 'chai'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { addDays } from '../../src/calendar.js'
import { insertClaims } from '../../src/claims/claim-store.js'
import type { Claim, ClaimState } from '../../src/claims/claim.js'
import { saveTarget } from '../../src/claims/college-settings-store.js'
import { filedClaim } from '../../src/claims/filed-claim.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { testApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { adaId, anAgreement, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const cis122 = anAgreement()
const cis195 = anAgreement({ series: 'cis-195', course: 'CIS 195', courseTitle: 'Web Pages' })
const today = '2015-03-09'

describe('the queue of a college', () => {
  let cora: Person

  before(async () => {
    await emptyDatabase()
    const world = testApp()
    await keepWorld()
    await insertAgreements([
      cis122,
      anAgreement({ version: 2, courseTitle: 'Logic' }),
      cis195,
      anAgreement({ series: 'theirs', course: 'CS 1', collegeId: 'psu', collegeName: 'The psu' }),
    ])
    const learner = await findLearner(adaId)
    if (!learner) throw new Error('no learner')
    const claim = (
      id: string,
      agreement: typeof cis122,
      daysAgo: number,
      state: ClaimState = 'claimed',
      change: Partial<Claim> = {},
    ): Claim => {
      const at = new Date(`${addDays(today, -daysAgo)}T18:00:00Z`)
      const filing = { id, at, by: 'ada', byName: 'Ada', consentIds: [], names: new Map() }
      const filed = filedClaim(
        learner,
        { agreement, awards: [], earnedOn: '2015-01-01', kept: false },
        filing,
      )
      return { ...filed, state, holds: [id], ...change }
    }
    const answered = { by: 'ada', byName: 'Ada', kind: 'answered' } as const
    const back = claim('back', cis122, 40)
    await insertClaims([
      claim('late', cis122, 30),
      { ...back, events: [...back.events, { ...answered, at: new Date('2015-03-06T18:00:00Z') }] },
      claim('fresh', cis122, 3),
      claim('late-195', cis195, 20),
      claim('asked', cis195, 35, 'more'),
      claim('given', cis195, 60, 'granted', { granted: 4 }),
    ])
    cora = await signIn(world.app, credentials(people.cora))
  })

  const shown = async (query: string) => {
    const $ = await cora.read(`/college?${query}`)
    return $('#claims tbody th a')
      .toArray()
      .map((link) => $(link).attr('href')?.split('/').at(-1))
  }

  const views: [query: string, ids: string[]][] = [
    ['', ['back', 'late', 'late-195', 'fresh']],
    ['order=newest', ['fresh', 'late-195', 'late', 'back']],
    ['agreement=cis-195', ['late-195']],
    ['agreement=cis-195&state=open', ['asked', 'late-195']],
    ['agreement=cis-195&state=all&order=newest', ['late-195', 'asked', 'given']],
    ['overdue=yes', ['late', 'late-195']],
    ['overdue=yes&state=all&agreement=cis-122', ['late']],
    ['overdue=yes&state=granted', []],
    ['agreement=nowhere&state=all', []],
  ]
  for (const [query, ids] of views)
    it(`shows for "${query}" ${ids.join(', ') || 'none'}, as page, as JSON and as CSV`, async () => {
      expect(await shown(query)).to.deep.equal(ids)
      const answer = await cora.api('get', `/claims?${query}`)
      expect((answer.body as { items: { id: string }[] }).items.map(({ id }) => id)).to.deep.equal(
        ids,
      )
      const csv = (await cora.get(`/college/claims.csv?${query}`)).text.trim().split('\r\n')
      expect(csv).to.have.length(ids.length + 1)
    })

  it('goes on from page to page in either order', async () => {
    for (const order of ['oldest', 'newest']) {
      const all = await shown(`state=all&order=${order}`)
      const seen: (string | undefined)[] = []
      let next: string | undefined = `/college?state=all&order=${order}&limit=2`
      while (next !== undefined) {
        const $ = await cora.read(next)
        seen.push(
          ...$('#claims tbody th a')
            .toArray()
            .map((link) => $(link).attr('href')?.split('/').at(-1)),
        )
        next = $('a[rel=next]').attr('href')
      }
      expect(seen).to.deep.equal(all)
      expect(seen).to.have.length(6)
    }
  })

  it('offers each agreement of the college once, and keeps what is asked for in the form', async () => {
    const $ = await cora.read('/college?agreement=cis-195&overdue=yes&order=newest')
    const options = $('select[name=agreement] option')
      .toArray()
      .map((one) => $(one).text())
    expect(options).to.deep.equal(['All agreements', 'CIS 122 Logic', 'CIS 195 Web Pages'])
    expect($('select[name=agreement]').val()).to.equal('cis-195')
    expect($('input[name=overdue]').is(':checked')).to.equal(true)
    expect($('select[name=order]').val()).to.equal('newest')
    expect($('a[download]').attr('href')).to.contain('agreement=cis-195').and.contain('overdue=yes')
  })

  it('goes by the target of the college, and tells only whom it shows', async () => {
    const before = (await disclosuresOf(adaId, 200)).length
    expect(await shown('overdue=yes&agreement=nowhere')).to.deep.equal([])
    expect((await disclosuresOf(adaId, 200)).length).to.equal(before)
    await saveTarget('pcc', 18)
    expect(await shown('overdue=yes')).to.deep.equal(['late'])
    await saveTarget('pcc', 1)
    expect(await shown('overdue=yes')).to.deep.equal(['late', 'late-195'])
  })

  it('refuses what it does not know', async () => {
    for (const query of ['order=up', 'overdue=no', 'state=lost'])
      expect((await cora.get(`/college?${query}`)).status, query).to.equal(422)
  })
})
