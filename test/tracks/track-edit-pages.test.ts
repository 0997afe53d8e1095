import { expect } from 'chai'
import type { CheerioAPI } from 'cheerio'
import { loadReference } from '../../src/seeding/load-reference.js'
import { findTrack, findTrackVersions } from '../../src/tracks/track-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, keepProgram } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

let world: TestApp
let maria: Person
const manager = anAccount('Maria Manager', 'manager')
const ada = anAccount('Ada Learner', 'learner')
const slug = 'php-development'
const edit = `/edit/tracks/${slug}`

/** What the form holds when it is opened. */
function typedOn(page: CheerioAPI): Record<string, string | string[]> {
  const fields: Record<string, string[]> = {}
  for (const { name, value } of page('main form').serializeArray())
    if (name !== '_csrf') fields[name] = [...(fields[name] ?? []), value]
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [
      name,
      /^(step|group)/.test(name) ? values : (values[0] ?? ''),
    ]),
  )
}

const withCell = (
  fields: Record<string, string | string[]>,
  name: string,
  at: number,
  to: string,
) => ({
  ...fields,
  [name]: (fields[name] as string[]).map((value, index) => (index === at ? to : value)),
})

describe('editing a track', () => {
  beforeEach(async () => {
    world = testApp()
    await emptyDatabase()
    await keepProgram()
    await loadReference({ now: world.clock.at, demonstration: true })
    await keep(manager, ada)
    maria = await signIn(world.app, credentials(manager))
  })

  it('saves a draft, shows what it changes, and offers it only when it is published', async () => {
    const typed = typedOn(await maria.read(edit))
    const fields = withCell({ ...typed, version: '2027-01' }, 'stepTitle', 1, 'PHP from the start')

    const saved = await maria.submit(edit, fields)
    const preview = await maria.read(`${edit}/preview`)
    const before = await findTrack(slug)
    const published = await maria.submit(`${edit}/preview`, {})
    const after = await findTrack(slug)

    expect(saved.headers['location']).to.equal(`${edit}/preview`)
    expect(preview('main li').text()).to.include('Changed step: PHP from the start (title)')
    expect(preview('.path__node')).to.have.length(15)
    expect(before?.version).to.equal('2016-H2')
    expect(published.headers['location']).to.match(/^\/tracks\/php-development\?notice=/)
    expect(after).to.include({ version: '2027-01', order: 2 })
    expect(after?.steps[1]).to.include({ title: 'PHP from the start', courseSlug: 'php-basics' })
    expect(await findTrackVersions(slug)).to.have.length(2)
  })

  it('shows every fault beside its field and keeps what was typed', async () => {
    const typed = typedOn(await maria.read(edit))
    const wrong = withCell({ ...typed, version: '2016-H2' }, 'stepAfter', 2, 'nowhere')

    const answer = await maria.submit(edit, { ...wrong, title: 'PHP, typed' })

    expect(answer.status).to.equal(422)
    expect(answer.text).to.include('This track has a version of that name.')
    expect(answer.text).to.include('No step has the id nowhere.')
    expect(answer.text).to.include('id="field-steps-2-after"')
    expect(answer.text).to.include('PHP, typed')
    expect(answer.text).to.include('value="nowhere"')
    expect(await findTrackVersions(slug)).to.have.length(1)
  })

  it('takes a row away when it is emptied, and puts rows in the order of their places', async () => {
    const typed = typedOn(await maria.read(edit))
    const last = (typed['stepId'] as string[]).indexOf('git-basics')
    const without = withCell(withCell(typed, 'stepId', last, ''), 'stepTitle', last, '')
    const console = (typed['stepId'] as string[]).indexOf('console-foundations')

    await maria.submit(edit, withCell({ ...without, version: 'x' }, 'stepPlace', console, '0'))
    await maria.submit(`${edit}/preview`, {})

    const { steps } = (await findTrack(slug))!
    expect(steps[0]?.id).to.equal('console-foundations')
    expect(steps).to.have.length(14)
  })

  it('takes the name of a version once, and has nothing left to publish after publishing', async () => {
    const typed = typedOn(await maria.read(edit))
    await maria.submit(edit, { ...typed, version: 'a' })
    const page = await maria.read(`${edit}/preview`)
    await maria.submit(`${edit}/preview`, {})
    const again = await maria.submit(edit, { ...typed, version: 'a' })

    expect(page('main form')).to.have.length(1)
    expect(again.status).to.equal(422)
    expect((await maria.get(`${edit}/preview`)).status).to.equal(404)
  })

  it('throws a draft away', async () => {
    await maria.submit(edit, { ...typedOn(await maria.read(edit)), version: 'gone' })

    const done = await maria.submit(`${edit}/discard`, {})

    expect(done.status).to.equal(303)
    expect((await maria.get(`${edit}/preview`)).status).to.equal(404)
    expect((await findTrack(slug))?.version).to.equal('2016-H2')
  })

  it('writes a new track, and refuses an address that is taken', async () => {
    const step = { stepPlace: ['1'], stepId: ['sql-basics'], stepTitle: ['SQL Basics'] }
    const rest = { stepBadges: [''], stepGroup: [''], stepAfter: [''], stepMinutes: [''] }
    const head = {
      version: '1',
      title: 'Data',
      summary: 'Ask questions of data.',
      topic: 'SQL',
      provider: 'treehouse',
      occupation: '15-1242',
      hours: '12',
      note: '',
    }
    const fields = { ...head, ...step, ...rest }

    const taken = await maria.submit('/edit/tracks/new', { ...fields, slug })
    const saved = await maria.submit('/edit/tracks/new', { ...fields, slug: 'data' })
    await maria.submit('/edit/tracks/data/preview', {})

    expect(taken.status).to.equal(422)
    expect(saved.headers['location']).to.equal('/edit/tracks/data/preview')
    expect(await findTrack('data')).to.deep.include({ order: 1, hours: 12, occupation: '15-1242' })
  })

  it('is for managers only', async () => {
    const learner = await signIn(world.app, credentials(ada))
    const statuses = await Promise.all(
      ['/edit/tracks', edit, `${edit}/preview`, `${edit}/discard`].map(
        async (path) => (await learner.get(path)).status,
      ),
    )

    expect(statuses).to.deep.equal([403, 403, 403, 403])
  })
})
