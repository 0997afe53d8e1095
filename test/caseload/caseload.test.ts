import { expect } from 'chai'
import mongoose from 'mongoose'
import { insertAccounts } from '../../src/access/account-store.js'
import { findCase } from '../../src/caseload/case-store.js'
import { dropView, mostViews, saveView, viewsOf } from '../../src/caseload/desk-memory-store.js'
import { insertNotes, notesAbout } from '../../src/caseload/note-store.js'
import { findPlan, finishStep, savePlan } from '../../src/caseload/plan-store.js'
import { tasksAt } from '../../src/caseload/task-store.js'
import { newId } from '../../src/ids.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { emptySummary } from '../../src/learners/learner.js'
import { saveSummaries } from '../../src/learners/summary-store.js'
import { changeReferral } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { aReferral, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'
const ben = 'learner-ben'
const page = `/staff/learners/${ada}/case`
const noteFields = { kind: 'contact', readers: 'center' }

describe('the caseload of a center', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person
  let sue: Person
  let learner: Person
  const at = (iso: string) => {
    world.clock.at = new Date(iso)
  }

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    await keepReferrals(
      aReferral('r1', ada, 'north'),
      aReferral('r2', ben, 'north', { since: new Date('2015-03-05T19:00:00Z') }),
    )
    ;[sam, sue, learner] = (await Promise.all(
      [people.sam, people.sue, people.ada].map((one) => signIn(world.app, credentials(one))),
    )) as [Person, Person, Person]
  })

  const names = async (path: string) => {
    const $ = await sam.read(path)
    return $('#cases tbody th a')
      .map((_, link) => $(link).text())
      .get()
  }

  it('holds everybody referred here, the longest waiting first, and tells each learner', async () => {
    expect(await names('/staff/cases')).to.deep.equal(['Ada', 'Ben'])
    expect(await names('/staff/cases?order=newest')).to.deep.equal(['Ben', 'Ada'])
    expect(await names('/staff/cases?days=7')).to.deep.equal(['Ada'])
    expect(await names('/staff/cases?state=accepted')).to.deep.equal([])

    const [read] = await disclosuresOf(ben, 1)
    expect(read).to.deep.include({ purpose: 'caseload', records: ['listing'] })
  })

  it('says since when somebody is job-ready only of who accepted the program agreement', async () => {
    const ready = { ...emptySummary, ready: true, readySince: '2015-02-14' }
    await saveSummaries(new Map([ada, ben].map((id) => [id, ready])), world.clock.at)
    const learners = mongoose.connection.collection<{ _id: string }>('learners')
    await learners.updateOne({ _id: ada }, { $unset: { programAgreement: 1 } })

    const rows = (await sam.read('/staff/cases?columns=ready'))('#cases tbody tr')
    expect(rows.eq(0).text()).to.contain('Ada').and.not.contain('February 14')
    expect(rows.eq(1).text()).to.contain('Ben').and.contain('February 14, 2015')
    const lines = (await sam.get('/staff/cases.csv')).text.split('\r\n')
    expect(lines.filter((line) => line.includes('2015-02-14'))).to.have.length(1)
    expect(lines.find((line) => line.includes('2015-02-14'))).to.contain('Ben')
  })

  it('follows a referral from state to state and keeps who looks after it', async () => {
    await sam.submit('/staff/cases', {
      learners: ada,
      act: 'assign',
      assignTo: people.sue.id,
      text: '',
      ...noteFields,
    })
    at('2015-03-10T19:00:00Z')
    const event = {
      id: 'e',
      at: world.clock.at,
      side: 'center',
      by: 'Sam',
      kind: 'state',
      state: 'accepted',
    } as const
    await changeReferral({ id: 'r1', centerId: 'north' }, 'requested', {
      state: 'accepted',
      event,
      outbox: [],
    })

    expect(await names('/staff/cases?state=accepted')).to.deep.equal(['Ada'])
    expect(await names(`/staff/cases?assigned=${people.sue.id}`)).to.deep.equal(['Ada'])
    expect(await names('/staff/cases?assigned=nobody')).to.deep.equal(['Ben'])
    expect(await names('/staff/cases?assigned=me')).to.deep.equal([])
    expect(await findCase('north', ada)).to.include({ state: 'accepted', assignedName: 'Sue' })
  })

  it('is taken out as CSV of the same view, every reader told', async () => {
    await sam.read('/staff/cases')
    const csv = (await sam.get('/staff/cases.csv?days=7')).text
    expect(csv).to.contain('Ada').and.not.to.contain('Ben')
    expect((await disclosuresOf(ada, 1))[0]?.channel).to.equal('export')
  })

  it('shows the chosen columns, and a kept view brings filters and columns back', async () => {
    const query = 'state=open&columns=place&columns=age'
    const head = async (path: string) => {
      const $ = await sam.read(path)
      return $('#cases thead th')
        .map((_, cell) => $(cell).text().trim())
        .get()
    }
    expect(await head(`/staff/cases?${query}`)).to.deep.equal([
      'Choose',
      'Name',
      'Days in this state',
      'Place',
    ])
    const shown = await sam.read(`/staff/cases?${query}&limit=1`)
    const onward = shown('a[rel=next]').attr('href') ?? ''
    expect(new URL(onward, 'http://x').searchParams.getAll('columns')).to.eql(['place', 'age'])
    expect(shown('a[href*="cases.csv"]').attr('href')).to.contain('columns=place&columns=age')

    const kept = await sam.submit('/staff/cases/views', { name: 'By place', query })
    expect(kept.headers['location']).to.contain('columns=place&columns=age'.split('&')[0])
    const [view] = await viewsOf(people.sam.id)
    expect(await head(`/staff/cases?${view?.query ?? ''}`)).to.have.length(4)
    expect((await sue.read('/staff/cases'))('main').text()).not.to.contain('By place')

    const wrong = await sam.submit('/staff/cases/views', { name: 'X', query: 'state=nonsense' })
    expect(wrong.status).to.equal(422)
    await sam.submit(`/staff/cases/views/${view?.id ?? ''}/drop`, {})
    expect(await viewsOf(people.sam.id)).to.deep.equal([])
  })

  it('keeps fifty views of one person, and says so to the next', async () => {
    const keep = (name: string) =>
      sam.submit('/staff/cases/views', { name, query: 'state=open&columns=place' })
    for (let nth = 0; nth < mostViews; nth += 1)
      await saveView({ id: newId(), accountId: people.sam.id, name: `View ${nth}`, query: '' })

    const full = await keep('One more')
    expect(full.status).to.equal(422)
    expect(full.text).to.contain('field-name-error').and.to.contain('You keep 50 views')
    expect((await keep('View 7')).status).to.equal(303)
    const views = await viewsOf(people.sam.id)
    expect(views).to.have.length(mostViews)
    await sam.submit(`/staff/cases/views/${views[0]?.id ?? ''}/drop`, {})
    expect((await keep('One more')).status).to.equal(303)
    for (const { id } of await viewsOf(people.sam.id)) await dropView(people.sam.id, id)
  })

  describe('many at once', () => {
    const many = { learners: [ada, ben], assignTo: '', ...noteFields }

    it('get the same note', async () => {
      const answer = await sam.submit('/staff/cases', {
        ...many,
        act: 'note',
        text: 'Fair on 1 May.',
      })
      expect(answer.status).to.equal(303)
      for (const id of [ada, ben])
        expect((await notesAbout(id)).map(({ text }) => text)).to.deep.equal(['Fair on 1 May.'])
    })

    it('are looked after by nobody only where that is said', async () => {
      await sam.submit('/staff/cases', {
        ...many,
        act: 'assign',
        text: '',
        assignTo: people.sue.id,
      })
      const none = { ...many, act: 'assign', text: '', assignTo: 'nobody' }
      expect((await sam.submit('/staff/cases', none)).status).to.equal(303)
      expect((await findCase('north', ada))?.assignedTo).to.equal(undefined)
    })

    it('are referred together on the page for that', async () => {
      const answer = await sam.submit('/staff/cases', { ...many, act: 'refer', text: '' })
      const leads = new URL(answer.headers['location'] ?? '', 'http://waymark.test')
      expect(leads.searchParams.getAll('learners')).to.deep.equal([ada, ben])
      expect((await sam.read(`${leads.pathname}${leads.search}`))('main').text()).to.contain('Ben')
    })

    it('are taken out alone as CSV, and told; none where one is no case of the center', async () => {
      const answer = await sam.submit('/staff/cases', {
        ...many,
        learners: [ben],
        act: 'export',
        text: '',
      })
      const file = answer.headers['location'] ?? ''
      const csv = (await sam.get(file)).text
      expect(csv).to.contain('Ben').and.not.to.contain('Ada')
      expect((await disclosuresOf(ben, 1))[0]?.channel).to.equal('export')
      const told = async () => (await disclosuresOf(ben, 50)).length
      const before = await told()
      expect((await sam.get(`${file}&learners=stranger`)).status).to.equal(404)
      expect(await told()).to.equal(before)
    })

    const wrong: [string, object, number][] = [
      ['nobody chosen', { learners: [], act: 'note', text: 'x' }, 422],
      ['no text', { act: 'note', text: ' ' }, 422],
      ['nobody said to look after them', { act: 'assign', text: '', assignTo: '' }, 422],
      ['somebody of another center', { act: 'assign', text: '', assignTo: 'tom' }, 422],
      [
        'a learner without a case here',
        { learners: [ada, 'stranger'], act: 'note', text: 'x' },
        404,
      ],
    ]
    for (const [title, change, status] of wrong)
      it(`stay as they are with ${title}`, async () => {
        const answer = await sam.submit('/staff/cases', { ...many, ...change })
        expect(answer.status).to.equal(status)
        expect(await notesAbout(ada)).to.deep.equal([])
        expect((await findCase('north', ada))?.assignedTo).to.equal(undefined)
      })
  })

  describe('of a colleague who no longer works there', () => {
    const deactivated = () =>
      mongoose.connection
        .collection<{ _id: string }>('accounts')
        .updateOne({ _id: people.sue.id }, { $set: { state: 'deactivated' } })
    const give = (learners: string, assignTo: string, view = '') =>
      sam.submit(`/staff/cases${view}`, {
        learners,
        act: 'assign',
        assignTo,
        text: '',
        ...noteFields,
      })
    const options = async (path: string) => {
      const $ = await sam.read(path)
      return $('select[name=assigned] option')
        .map((_, option) => $(option).text().trim())
        .get()
    }

    it('are found by who had them and given on together, with the tasks', async () => {
      await give(ada, people.sue.id)
      await give(ben, people.sam.id)
      for (const doer of [people.sue.id, people.sam.id])
        await sam.submit(page, { task: `For ${doer}`, dueOn: '2015-03-10', doer }, `${page}/tasks`)
      expect(await options('/staff/cases')).to.include('Sue')
      await deactivated()

      expect(await options('/staff/cases')).to.include('Sue (no longer works here)')
      expect(await options('/es/staff/cases')).to.include('Sue (ya no trabaja aquí)')
      const view = `?assigned=${people.sue.id}`
      expect(await names(`/staff/cases${view}`)).to.deep.equal(['Ada'])
      expect((await give(ada, people.sue.id, view)).status).to.equal(422)
      expect((await give(ada, people.sam.id, view)).status).to.equal(303)

      expect(await names('/staff/cases?assigned=me')).to.have.members(['Ada', 'Ben'])
      const tasks = await tasksAt(ada, 'north')
      expect(tasks.map(({ assignedTo }) => assignedTo)).to.deep.equal([
        people.sam.id,
        people.sam.id,
      ])
      expect(await options('/staff/cases')).not.to.include('Sue (no longer works here)')
      const $ = await sam.read(`/staff/cases${view}`)
      expect($('select[name=assigned] option[selected]').text()).to.contain(
        'Somebody who no longer works here',
      )
    })

    it('are nobody in a center of more staff than one list holds', async () => {
      await insertAccounts(
        Array.from({ length: 230 }, (_, at) => anAccount(`Abe ${String(at)}`, 'staff', 'north')),
      )
      await give(ada, people.sue.id)
      const task = { task: 'Call', dueOn: '2015-03-10', doer: people.sue.id }
      await sam.submit(page, task, `${page}/tasks`)

      const shown = await options('/staff/cases')
      expect(shown).to.include('Sue').and.include('Abe 229')
      expect(shown.filter((one) => one.includes('no longer works here'))).to.deep.equal([])
      expect((await give(ada, people.sam.id)).status).to.equal(303)
      expect((await tasksAt(ada, 'north')).map(({ assignedName }) => assignedName)).to.deep.equal([
        'Sue',
      ])
      expect((await give(ada, people.sue.id)).status).to.equal(303)
    })

    it('keep the tasks of who still does', async () => {
      await give(ada, people.sam.id)
      const task = { task: 'Call', dueOn: '2015-03-10', doer: people.sue.id }
      await sam.submit(page, task, `${page}/tasks`)
      await give(ada, people.sam.id)

      expect((await tasksAt(ada, 'north')).map(({ assignedName }) => assignedName)).to.deep.equal([
        'Sue',
      ])
    })
  })

  it('keeps a note from who may not read it, colleague and learner alike', async () => {
    for (const readers of ['author', 'center', 'learner'])
      await sam.submit(page, { text: `For ${readers}.`, kind: 'meeting', readers }, `${page}/notes`)

    const read = async (person: Person, path: string) => (await person.read(path))('#notes').text()
    expect(await read(sam, page))
      .to.contain('For author.')
      .and.contain('For learner.')
    expect(await read(sue, page))
      .to.contain('For center.')
      .and.not.to.contain('For author.')
    const own = await read(learner, '/my-plan')
    expect(own)
      .to.contain('For learner.')
      .and.not.to.match(/For (author|center)/)
    const tom = await signIn(world.app, credentials(people.tom))
    expect((await tom.get(page)).status).to.equal(404)
  })

  it('shows learner and colleague their notes behind a hundred that are not theirs', async () => {
    const at = (minute: number) => new Date(Date.parse('2015-03-01T19:00:00Z') + minute * 60_000)
    const one = {
      communityId: community,
      centerId: 'north',
      learnerId: ada,
      kind: 'contact',
    } as const
    const by = { byAccountId: people.sam.id, byName: 'Sam' }
    const kept = {
      ...one,
      ...by,
      id: 'own',
      text: 'For you.',
      readers: 'learner',
      at: at(0),
    } as const
    await insertNotes([
      kept,
      ...Array.from({ length: 120 }, (_, index) => {
        const id = `note-${String(index)}`
        return { ...kept, id, text: 'Mine.', readers: 'author', at: at(index + 1) } as const
      }),
    ])

    const own = (await learner.read('/my-plan'))('#notes').text()
    expect(own).to.contain('For you.').and.not.to.contain('Mine.')
    const sues = (await sue.read(page))('#notes').text()
    expect(sues).to.contain('For you.').and.not.to.contain('Mine.')
  })

  it('sets tasks by a day, shows them on Today when they come near, and ends each once', async () => {
    const task = { task: 'Call back', dueOn: '2015-03-20', doer: people.sue.id }
    expect((await sam.submit(page, task, `${page}/tasks`)).status).to.equal(303)
    const today = async (person: Person) => (await person.read('/staff'))('#due').text()
    expect(await today(sue)).to.equal('')
    at('2015-03-14T19:00:00Z')
    expect(await today(sue))
      .to.contain('Call back')
      .and.contain('Ada')
    expect(await today(sam)).to.equal('')

    const [set] = await tasksAt(ada, 'north')
    const done = (await sue.read(page))('#tasks a').attr('href') ?? ''
    expect(done).to.equal(`${page}/tasks/${set?.id ?? ''}/done`)
    const asked = (await sue.read(done))('main')
    expect(asked.text()).to.contain('Call back').and.not.to.contain('Ada')
    expect(asked.find('form').attr('action')).to.equal(undefined)
    expect((await sue.submit(done, {})).headers['location']).to.contain(page)
    expect((await sue.get(done)).status).to.equal(409)
    expect((await sue.submit(page, {}, done)).status).to.equal(409)
    expect((await sue.read(page))('#tasks').text()).to.contain('Done')
    expect((await sue.get(`${page}/tasks/none/done`)).status).to.equal(404)
    expect(await today(sue)).to.equal('')
    const past = { ...task, dueOn: '2015-03-13' }
    expect((await sam.submit(page, past, `${page}/tasks`)).status).to.equal(422)
  })

  it('plans with the learner, who agrees to exactly what they read', async () => {
    const plan = { goal: 'A first job', steps: '2015-04-01 Write\nCall', version: '0' }
    expect((await sam.submit(page, plan, `${page}/plan`)).status).to.equal(303)
    const $ = await learner.read('/my-plan')
    expect($('main').text()).to.contain('A first job').and.contain('until April 1, 2015')
    const agree = (version: string) =>
      learner.submit('/my-plan', { version }, '/my-plan/north/agree')
    expect((await agree('1')).status).to.equal(303)
    expect((await agree('1')).status).to.equal(409)
    expect((await sam.read(page))('main').text()).to.contain('The learner agreed on March 9, 2015')

    await learner.submit('/my-plan', { step: '1' }, '/my-plan/north/steps')
    const next = { goal: 'A first job', steps: 'Write\nLearn', version: '1' }
    expect((await sue.submit(page, next, `${page}/plan`)).status).to.equal(303)
    const now = await findPlan((await findCase('north', ada))?.id ?? '')
    expect(now?.steps.map(({ text, doneOn }) => [text, doneOn])).to.deep.equal([
      ['Write', '2015-03-09'],
      ['Learn', undefined],
    ])
    expect((await learner.read('/my-plan'))('main').text()).to.contain('not agreed to this version')
    expect((await agree('1')).status).to.equal(409)
    expect((await sam.submit(page, next, `${page}/plan`)).status).to.equal(409)
  })

  it('never loses a step that is finished while the plan is written', async () => {
    const first = { goal: 'A first job', steps: 'Write\nCall', version: '0' }
    await sam.submit(page, first, `${page}/plan`)
    const read = await findPlan((await findCase('north', ada))?.id ?? '')
    if (!read) throw new Error('there is no plan')
    const next = { ...read, goal: 'Another job', version: 2 }

    await finishStep(read.id, '1', '2015-03-09')

    expect(await savePlan(next, read.steps)).to.equal(false)
    const kept = await findPlan(read.id)
    expect(kept?.steps.map(({ doneOn }) => doneOn)).to.deep.equal(['2015-03-09', undefined])
    expect(await savePlan({ ...next, steps: kept?.steps ?? [] }, kept?.steps)).to.equal(true)
    expect(await findPlan(read.id)).to.include({ goal: 'Another job', version: 2 })
  })

  it('lets staff take on only whom they may know of', async () => {
    const cleo = anAccount('Cleo', 'learner')
    await keep(cleo)
    const path = '/staff/learners/learner-cleo/take-on'
    expect((await sam.submit(path, {})).status).to.equal(404)
    expect(await findCase('north', 'learner-cleo')).to.equal(undefined)

    expect((await sam.submit(`/staff/learners/${ada}/take-on`, {})).status).to.equal(303)
    expect(await findCase('north', ada)).to.include({ assignedTo: people.sam.id })
  })
})
