import { expect } from 'chai'
import { load } from 'cheerio'
import supertest from 'supertest'
import { awardsOf } from '../../src/badges/award-store.js'
import { paths } from '../../src/http/paths.js'
import { continueImports } from '../../src/providers/continue-imports.js'
import { evidenceOfLearner, factsOf } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { password } from '../support/build-access.js'
import {
  aLearnerAt,
  keepCourses,
  keepLearners,
  providerStaffAt,
} from '../support/build-evidence.js'
import { countAll, emptyDatabase } from '../support/database.js'

interface Answer {
  id: string
  state: string
  read: number
  recorded: number
  alreadyKnown: number
  awarded: string[]
  refused: { row: number; field: string; reason: string }[]
  refusedCount: number
  errors?: { field: string }[]
}

const header = 'email,course,completed_on'

describe('Uploading a roster', () => {
  let app: TestApp
  let pat: Awaited<ReturnType<typeof providerStaffAt>>
  let token: string

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp({ UPLOAD_MAX: '1000000' })
    await keepCourses()
    await keepLearners(20)
    pat = await providerStaffAt(app.app, 'Pat')
    const login = { email: 'pat@example.org', password }
    const answer = await supertest(app.app).post('/api/v1/tokens').send(login)
    token = (answer.body as { accessToken: string }).accessToken
  })

  const send = async (content: string | Buffer, query = '') => {
    const answer = await supertest(app.app)
      .post(`/api/v1/imports?source=roster${query}`)
      .set('Authorization', `Bearer ${token}`)
      .type('text/csv')
      .send(content as string)
    const type = answer.headers['content-type'] as string
    return { status: answer.status, type, body: answer.body as Answer }
  }

  const rowsOf = (count: number, course = 'html') =>
    Array.from({ length: count }, (_, at) => `l${at}@example.org,${course},2015-02-01`).join('\n')

  it('records good rows as confirmed by the provider and lists wrong ones', async () => {
    const { status, body } = await send(
      `${header}\nL0@example.org,html,2015-02-01\nnobody@example.org,html,2015-02-01\nl1@example.org,cobol,2015-02-30\n`,
    )

    expect(status).to.equal(201)
    expect(body).to.include({
      state: 'done',
      read: 3,
      recorded: 1,
      alreadyKnown: 0,
      refusedCount: 3,
    })
    expect(body.awarded).to.deep.equal(['html'])
    expect(body.refused.map(({ row, field }) => [row, field])).to.deep.equal([
      [3, 'email'],
      [4, 'course'],
      [4, 'completed_on'],
    ])
    const [fact] = await evidenceOfLearner('learner-000000')
    expect(fact).to.include({
      kind: 'completion',
      item: 'html',
      level: 'provider-confirmed',
      source: 'roster',
      origin: 'treehouse',
      earnedOn: '2015-02-01',
      importId: body.id,
    })
    expect((await awardsOf('learner-000000')).map((one) => one.evidenceLevel)).to.deep.equal([
      'provider-confirmed',
    ])
  })

  it('records nothing the second time, and a row that comes twice once', async () => {
    const text = `${header}\n${rowsOf(5)}\n${rowsOf(5)}`
    const first = await send(text)
    const second = await send(text)

    expect(first.body).to.include({ read: 10, recorded: 5, alreadyKnown: 5 })
    expect(second.body).to.include({ read: 10, recorded: 0, alreadyKnown: 10 })
    expect(second.body.awarded).to.deep.equal([])
  })

  it('tells in a trial run what would be, and records nothing', async () => {
    const text = `${header}\n${rowsOf(5)}\n${rowsOf(1)}\nnobody@example.org,html,2015-02-01`
    const { status, body } = await send(text, '&dryRun=true')

    expect(status).to.equal(201)
    expect(body).to.include({ dryRun: true, recorded: 5, alreadyKnown: 1, refusedCount: 1 })
    expect(await countAll('evidence')).to.equal(0)
    expect(await countAll('awards')).to.equal(0)
    expect((await send(text)).body).to.include({ recorded: 5 })
  })

  describe('refuses a file whole and leaves nothing behind:', () => {
    const wrong: [string, string | Buffer, number][] = [
      ['a wrong header', `email;course;completed_on\n`, 422],
      ['no header', rowsOf(1), 422],
      ['UTF-16', Buffer.from(`\uFEFF${header}\n${rowsOf(2)}`, 'utf16le'), 400],
      [
        'Latin-1 in the last row',
        Buffer.from(`${header}\n${rowsOf(9)}\nñ@example.org`, 'latin1'),
        400,
      ],
      [
        'more bytes than UPLOAD_MAX',
        `${header}\n${'l0@example.org,html,2015-02-01\n'.repeat(40_000)}`,
        413,
      ],
    ]
    for (const [what, content, status] of wrong) {
      it(what, async () => {
        const answer = await send(content)

        expect(answer.status).to.equal(status)
        expect(answer.type).to.contain('application/problem+json')
        for (const name of ['evidence', 'imports', 'uploads.files', 'uploads.chunks']) {
          expect(await countAll(name), name).to.equal(0)
        }
      })
    }

    it('another type of content', async () => {
      const answer = await supertest(app.app)
        .post('/api/v1/imports?source=roster')
        .set('Authorization', `Bearer ${token}`)
        .type('application/zip')
        .send('x')

      expect(answer.status).to.equal(400)
    })
  })

  it('does not keep the file once it is read', async () => {
    await send(`${header}\n${rowsOf(5)}`)

    expect(await countAll('uploads.files')).to.equal(0)
    expect(await countAll('uploads.chunks')).to.equal(0)
  })

  it('answers 202 for more than 5,000 rows; the work goes on in the background', async () => {
    const rows = Array.from({ length: 5_001 }, (_, at) => `l${at % 20}@example.org,html,2015-02-01`)
    const { status, body } = await send(`${header}\n${rows.join('\n')}`)

    expect(status).to.equal(202)
    expect(body).to.include({ state: 'waiting', read: 0, recorded: 0, rows: 5_001 })
    const page = await pat.read(`/imports/${body.id}`)
    expect(page('#import').attr('data-live')).to.equal('2')
    expect(page('progress').attr('max')).to.equal('5001')
    await continueImports({
      world: app,
      signal: new AbortController().signal,
      touch: async () => undefined,
    })
    const { body: after } = (await pat.api('get', `/imports/${body.id}`)) as { body: Answer }
    expect(after).to.include({ state: 'done', read: 5_001, recorded: 20, alreadyKnown: 4_981 })
    expect(await awardsOf('learner-000019')).to.have.length(1)
    expect((await pat.read(`/imports/${body.id}`))('#import').attr('data-live')).to.equal(undefined)
  })

  it('keeps the first 1,000 refusals with the import and all of them in the CSV', async () => {
    const rows = Array.from({ length: 1_500 }, (_, at) => `nobody${at}@example.org,html,2015-02-01`)
    const { body } = await send(`${header}\n${rows.join('\n')}`)
    const csv = await pat.get(`/imports/${body.id}/refusals.csv`)

    expect(body.refusedCount).to.equal(1_500)
    expect(body.refused).to.have.length(1_000)
    expect(csv.headers['content-type']).to.contain('text/csv')
    const lines = csv.text.trim().split('\r\n')
    expect(lines).to.have.length(1_501)
    expect(lines[1]).to.match(/^2,email,/)
    expect(lines.at(-1)).to.match(/^1501,email,/)
  })

  it('is seen by the colleagues of the same provider and by nobody else', async () => {
    const { body } = await send(`${header}\n${rowsOf(1)}`)
    const colleague = await providerStaffAt(app.app, 'Quinn')
    const other = await providerStaffAt(app.app, 'Robin', 'other-school')
    const learner = await aLearnerAt(app.app, 'Ada')

    const statuses = await Promise.all(
      [colleague, other, learner].map(async (one) => {
        const [page, call, csv] = await Promise.all([
          one.get(`/imports/${body.id}`),
          one.api('get', `/imports/${body.id}`),
          one.get(`/imports/${body.id}/refusals.csv`),
        ])
        return [page.status, call.status, csv.status]
      }),
    )

    expect(statuses).to.deep.equal([
      [200, 200, 200],
      [404, 404, 404],
      [404, 404, 404],
    ])
  })

  it('confirms only the courses of one’s own provider', async () => {
    const robin = await providerStaffAt(app.app, 'Robin', 'other-school')
    const file = { name: 'r.csv', content: `${header}\n${rowsOf(1)}` }

    const answer = await robin.upload(paths.newRoster, file)
    const page = await robin.read(answer.headers['location'] as string)

    expect(page('table#refused').text()).to.contain('course')
    expect(await factsOf('learner-000000')).to.deep.equal([])
  })

  describe('on the page', () => {
    it('leads to what came of it, and is listed with a CSV of the list', async () => {
      const file = { name: 'march.csv', content: `${header}\n${rowsOf(3)}\nx,html,2015-02-01` }
      const answer = await pat.upload(paths.newRoster, file)

      expect(answer.status).to.equal(303)
      const page = await pat.read(answer.headers['location'] as string)
      expect(page('main').text()).to.contain('3 new facts').and.to.contain('march.csv')
      const list = await pat.read(paths.provider)
      expect(list('table#imports tbody tr')).to.have.length(1)
      expect((await pat.get(paths.providerCsv)).text).to.contain('march.csv')
    })

    it('makes a trial run when asked', async () => {
      const file = { name: 'march.csv', content: `${header}\n${rowsOf(3)}` }
      const answer = await pat.upload(paths.newRoster, file, { dryRun: 'true' })

      const page = await pat.read(`/es${String(answer.headers['location'])}`)

      expect(page('main').text()).to.contain('se registrarían 3 datos')
      expect(await countAll('evidence')).to.equal(0)
    })

    it('shows the form again when the file is refused', async () => {
      const answer = await pat.upload(paths.newRoster, { name: 'a.csv', content: 'a;b\n' })

      expect(answer.status).to.equal(422)
      expect(load(answer.text)('#error-summary').text()).to.contain('email,course,completed_on')
    })

    it('pages through many imports', async () => {
      for (let at = 0; at < 3; at += 1) {
        app.clock.at = new Date(app.clock.at.getTime() + 60_000)
        await send(`${header}\n`)
      }
      const first = await pat.read(`${paths.provider}?limit=2`)
      const next = first('nav a[rel=next]').attr('href') ?? ''

      expect(first('table#imports tbody tr')).to.have.length(2)
      expect((await pat.read(next))('table#imports tbody tr')).to.have.length(1)
    })
  })
})
