import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import supertest from 'supertest'
import { countTry } from '../../src/access/throttle-store.js'
import { patienceWithFiles } from '../../src/access/throttle.js'
import { paths } from '../../src/http/paths.js'
import { Problem } from '../../src/problems.js'
import { mostResumeBytes } from '../../src/resumes/resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

const adaId = 'learner-ada'
const pdf = Buffer.from('%PDF-1.7 Ada')

describe('A résumé over the API', () => {
  let it_: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    people = await keepPeople()
  })

  const tokenOf = async (person: Parameters<typeof credentials>[0]): Promise<string> => {
    const answer = await supertest(it_.app).post('/api/v1/tokens').send(credentials(person))
    return (answer.body as { accessToken: string }).accessToken
  }
  const put = async (
    bytes: Buffer,
    type = 'application/pdf',
    { who = people.ada, encoding = '' } = {},
  ) => {
    const request = supertest(it_.app)
      .put('/api/v1/me/resume')
      .set('Authorization', `Bearer ${await tokenOf(who)}`)
    if (type !== '') void request.set('Content-Type', type)
    if (encoding !== '') void request.set('Content-Encoding', encoding)
    return request.serialize((body: unknown) => body as string).send(bytes)
  }

  it('is sent, looked up, read by others under consent, and taken away', async () => {
    const sent = await put(pdf)
    expect(sent.status).to.equal(200)
    const answer = {
      type: 'pdf',
      size: pdf.length,
      on: '2015-03-09',
      file: `/learners/${adaId}/resume`,
    }
    expect(sent.body).to.deep.equal(answer)
    const ada = await signIn(it_.app, credentials(people.ada))
    expect((await ada.api('get', '/me/resume')).body).to.deep.equal(answer)
    expect((await ada.read(paths.resume))('main').text()).to.contain('PDF')

    const sam = await signIn(it_.app, credentials(people.sam))
    expect((await sam.api('get', answer.file)).status).to.equal(403)
    await keepConsent(adaId, 'north', { records: ['resume'] })
    const read = await sam.api('get', answer.file)
    expect((read.body as Buffer).equals(pdf)).to.equal(true)
    expect(read.headers['content-disposition']).to.equal('attachment; filename=resume.pdf')

    expect((await ada.api('delete', '/me/resume')).status).to.equal(204)
    expect((await ada.api('delete', '/me/resume')).status).to.equal(204)
    expect((await ada.api('get', '/me/resume')).status).to.equal(404)
  })

  const wrong: [string, () => Promise<supertest.Response>, number][] = [
    ['another content type', () => put(pdf, 'image/png'), 400],
    ['none', () => put(pdf, ''), 400],
    ['JSON', () => put(Buffer.from('{"file":"x"}'), 'application/json'), 400],
    ['a packed body', () => put(gzipSync(pdf), 'application/pdf', { encoding: 'gzip' }), 400],
    ['a picture called a PDF', () => put(Buffer.from('\u0000PNG')), 422],
    ['a zip that is no Word document', () => put(Buffer.from('PK\u0003\u0004')), 422],
    ['noise called text', () => put(randomBytes(100), 'text/plain'), 422],
    ['nothing', () => put(Buffer.from(' '), 'text/plain'), 422],
    ['a byte too much', () => put(Buffer.alloc(mostResumeBytes + 1, 'a'), 'text/plain'), 413],
    ['somebody who is no learner', () => put(pdf, 'application/pdf', { who: people.sam }), 403],
  ]
  for (const [title, send, status] of wrong)
    it(`answers ${title} with ${String(status)} and keeps the last one`, async () => {
      await put(pdf)
      const answer = await send()

      expect(answer.status).to.equal(status)
      expect(answer.headers['content-type']).to.contain('application/problem+json')
      const ada = await signIn(it_.app, credentials(people.ada))
      expect((await ada.api('get', '/me/resume')).body).to.include({ size: pdf.length })
    })

  it('is 401 without a token', async () => {
    expect((await supertest(it_.app).put('/api/v1/me/resume').send('x')).status).to.equal(401)
  })

  it('comes twenty times an hour by page and API together, then waits, one account alone', async () => {
    for (let count = 0; count <= patienceWithFiles.free; count += 1)
      await countTry(['resume', people.ada.id], patienceWithFiles).catch((thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown
      })

    const answer = await put(pdf)
    expect(answer.status).to.equal(429)
    expect(Number(answer.headers['retry-after'])).to.be.within(1, 5)
    const ada = await signIn(it_.app, credentials(people.ada))
    const page = await ada.upload(paths.resume, { name: 'cv.pdf', content: pdf })
    expect(page.status).to.equal(429)
    expect(Number(page.headers['retry-after'])).to.be.within(1, 5)
    expect((await put(pdf, 'application/pdf', { who: people.ben })).status).to.equal(200)
  })
})
