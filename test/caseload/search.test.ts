import { expect } from 'chai'
import { changeDetails } from '../../src/access/change-details.js'
import { Cases } from '../../src/caseload/case-row-store.js'
import { openCase } from '../../src/caseload/case-store.js'
import { isNamed, nameWords } from '../../src/caseload/case.js'
import { goOnNaming, nameCases } from '../../src/caseload/name-cases.js'
import { hideLearner, showLearner } from '../../src/learners/hide-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { createLog } from '../../src/log.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { actorOf, aReferral, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

describe('the words a name is found by', () => {
  const found: [name: string, asked: string, isFound: boolean][] = [
    ['María José Peña', 'maria', true],
    ['María José Peña', 'pen', true],
    ['María José Peña', 'PEÑA maría', true],
    ['María José Peña', 'aria', false],
    ['María José Peña', 'maria lopez', false],
    ['Siobhan O’Brien-Walsh', "o'brien", true],
    ['Siobhan O’Brien-Walsh', 'walsh', true],
  ]
  for (const [name, asked, isFound] of found)
    it(`${isFound ? 'find' : 'do not find'} ${name} by "${asked}"`, () => {
      expect(isNamed(name, nameWords(asked))).to.equal(isFound)
    })
})

describe('the caseload searched by name', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person
  const maria = { ...anAccount('María Peña', 'learner'), id: 'maria', learnerId: 'learner-maria' }
  const other = { ...anAccount('Maria Ruiz', 'learner'), id: 'ruiz', learnerId: 'learner-ruiz' }

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    await keep({ ...maria, email: 'maria@example.org' }, { ...other, email: 'ruiz@example.org' })
    await keepReferrals(
      aReferral('r1', 'learner-ada', 'north'),
      aReferral('r2', 'learner-maria', 'north', { since: new Date('2015-03-05T19:00:00Z') }),
      aReferral('r3', 'learner-ruiz', 'north', { since: new Date('2015-03-02T19:00:00Z') }),
      aReferral('r4', 'learner-ruiz', 'south'),
    )
    sam = await signIn(world.app, credentials(people.sam))
  })

  const names = async (query: string) => {
    const $ = await sam.read(`/staff/cases?${query}`)
    return $('#cases tbody th a')
      .map((_, link) => $(link).text())
      .get()
  }

  it('finds a word of the name without accents, in the chosen order, with the other filters', async () => {
    expect(await names('q=maria')).to.deep.equal(['Maria Ruiz', 'María Peña'])
    expect(await names('q=MARIA&order=newest')).to.deep.equal(['María Peña', 'Maria Ruiz'])
    expect(await names('q=pena+mar')).to.deep.equal(['María Peña'])
    expect(await names('q=maria&state=accepted')).to.deep.equal([])
    expect(await names('q=maria&assigned=me')).to.deep.equal([])
    expect(await names('q=aria')).to.deep.equal([])
    expect(await names('q=...')).to.deep.equal([])
  })

  it('tells only those it shows', async () => {
    await names('q=pena')
    expect((await disclosuresOf('learner-maria', 1))[0]?.purpose).to.equal('caseload')
    expect(await disclosuresOf('learner-ruiz', 1)).to.deep.equal([])
    expect(await disclosuresOf('learner-ada', 1)).to.deep.equal([])
  })

  it('goes on from page to page, and is taken out as CSV of the same view', async () => {
    const $ = await sam.read('/staff/cases?q=maria&limit=1')
    const next = $('a[rel=next]').attr('href') ?? ''
    expect(next).to.contain('q=maria')
    expect((await sam.read(next))('#cases tbody th a').text()).to.equal('María Peña')

    const csv = (await sam.get('/staff/cases.csv?q=pena')).text
    expect(csv).to.contain('María Peña').and.not.to.contain('Ruiz').and.not.to.contain('Ada')
  })

  it('is kept with a view', async () => {
    const kept = await sam.submit('/staff/cases/views', { name: 'Marias', query: 'q=maria' })
    expect(kept.headers['location']).to.contain('q=maria')
    expect(await names('q=maria')).to.have.length(2)
  })

  it('follows a change of the name, and finds nobody by the one from before', async () => {
    expect(await names('q=ruiz')).to.deep.equal(['Maria Ruiz'])
    await changeDetails(await actorOf(other), { name: 'Rosa Gil', language: 'en' })
    expect(await names('q=ruiz')).to.deep.equal([])
    expect(await names('q=gil')).to.deep.equal(['Rosa Gil'])
  })

  it('does not find who is leaving, and does again when they stay', async () => {
    await names('')
    await hideLearner('learner-ruiz', community, world.ports.now())
    expect(await names('q=ruiz')).to.deep.equal([])
    expect(await names('q=maria')).to.deep.equal(['María Peña'])
    await showLearner('learner-ruiz', community)
    expect(await names('q=ruiz')).to.deep.equal(['Maria Ruiz'])
  })

  it('keeps nothing of the name where the learner is gone', async () => {
    await openCase(
      { communityId: community, centerId: 'north', learnerId: 'gone' },
      world.ports.now(),
    )
    await nameCases(['gone'])
    expect((await Cases.findOne({ learnerId: 'gone' }).lean())?.words).to.deep.equal([])
  })

  it('names cases of a database from before by a job that goes on, and says how far it is', async () => {
    const said: unknown[] = []
    const log = Object.assign(createLog('silent'), { info: (facts: unknown) => said.push(facts) })
    const run = async (isStopped = false) => {
      const stopper = new AbortController()
      if (isStopped) stopper.abort()
      await goOnNaming({ world: { log }, signal: stopper.signal, touch: async () => {} })
    }
    await names('')
    await Cases.collection.updateMany({}, { $unset: { words: 1, edition: 1 } })
    await run(true)
    expect(await names('q=maria')).to.deep.equal([])
    await run()
    expect(await names('q=maria')).to.have.length(2)
    expect(said.at(-1)).to.deep.equal({ done: 3, total: 3 })
    const before = said.length
    await run()
    expect(said, 'nothing left to say').to.have.length(before)
  })
})
