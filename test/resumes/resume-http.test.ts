import { strFromU8, unzipSync } from 'fflate'
import { expect } from 'chai'
import mongoose from 'mongoose'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { keepDuplicates } from '../../src/duplicates/duplicate-store.js'
import { findDataFile, readStored } from '../../src/holdings/data-file-store.js'
import { paths, to } from '../../src/http/paths.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { findLearner, insertLearners } from '../../src/learners/learner-store.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { proofOf } from '../../src/readiness/proof.js'
import { keepResume, removeResume } from '../../src/resumes/keep-resume.js'
import { mostResumeBytes } from '../../src/resumes/resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { actorOf, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const adaId = 'learner-ada'
const file = to(paths.resumeFile, { id: adaId })
const pdf = { name: '../../evil.html', content: '%PDF-1.7 Ada' }

describe('A résumé over HTTP', () => {
  let it_: TestApp
  let ada: Person
  let sam: Person
  let people: Awaited<ReturnType<typeof keepPeople>>

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    people = await keepPeople()
    ada = await signIn(it_.app, credentials(people.ada))
    sam = await signIn(it_.app, credentials(people.sam))
  })

  const kept = () => mongoose.connection.collection('resumes').countDocuments()

  it('leaves no other file behind, however many come at once', async () => {
    const actor = await actorOf(people.ada)
    const bytes = ['one', 'two', 'three', 'four'].map((name) => Buffer.from(`%PDF-1.7 ${name}`))

    await Promise.all(bytes.map((one) => keepResume(actor, one, it_.ports)))

    expect(await kept()).to.equal(1)
    expect((await ada.get(file)).status).to.equal(200)
    await Promise.all([removeResume(actor, it_.ports), removeResume(actor, it_.ports)])
    expect(await kept()).to.equal(0)
    expect((await ada.get(file)).status).to.equal(404)
  })

  /** The rule on résumés alone. */
  async function proof() {
    const learner = await findLearner(adaId)
    if (!learner) throw new Error('Ada is gone')
    const none = { facts: [], awards: [], tracks: [], badges: [], marks: [], granted: [] }
    const rules = [{ id: 'resume', kind: 'resume' } as const]
    return proofOf({ version: 1, rules }, { learner, today: '2015-03-09', ...none }).rules[0]
  }

  it('is uploaded, counts for readiness, and is handed out as a download only', async () => {
    expect((await proof())?.met).to.equal(false)

    expect((await ada.upload(paths.resume, pdf)).status).to.equal(303)
    const got = await ada.get(file)

    expect(got.status).to.equal(200)
    expect(got.headers['content-type']).to.equal('application/pdf')
    expect(got.headers['content-disposition']).to.equal('attachment; filename=resume.pdf')
    expect(got.headers['x-content-type-options']).to.equal('nosniff')
    expect(got.headers['content-security-policy']).to.contain('sandbox')
    expect((got.body as Buffer).toString()).to.equal(pdf.content)
    expect(await proof()).to.deep.include({ met: true })
    expect((await proof())?.evidence[0]?.on).to.equal('2015-03-09')
    expect(await chainOf(adaId)).to.deep.equal([])
  })

  it('gives way to a new one, and goes when it is deleted', async () => {
    await ada.upload(paths.resume, pdf)
    await ada.upload(paths.resume, { name: 'cv.txt', content: 'Ada, Portland' })

    expect((await ada.get(file)).text).to.equal('Ada, Portland')
    expect(await kept()).to.equal(1)
    expect((await ada.submit(paths.resume, {}, paths.removeResume)).status).to.equal(303)
    expect(await kept()).to.equal(0)
    expect((await ada.get(file)).status).to.equal(404)
    expect((await proof())?.met).to.equal(false)
  })

  it('is taken up to its largest size, byte by byte', async () => {
    const content = '%PDF-'.padEnd(mostResumeBytes, 'x')
    await ada.upload(paths.resume, { name: 'cv.pdf', content })

    expect(((await ada.get(file)).body as Buffer).equals(Buffer.from(content))).to.equal(true)
  })

  it('is refused with words when it is something else or too large', async () => {
    const picture = await ada.upload(paths.resume, { name: 'cv.pdf', content: '\u0000PNG' })
    const large = await ada.upload(paths.resume, {
      name: 'cv.txt',
      content: 'a'.repeat(mostResumeBytes + 1),
    })

    expect(picture.status).to.equal(422)
    expect(picture.text).to.contain('This is not a PDF')
    expect(large.status).to.equal(413)
    expect(await kept()).to.equal(0)
  })

  it('is read by others under a consent that covers it, and leaves a line', async () => {
    await ada.upload(paths.resume, pdf)
    await keepConsent(adaId, 'south')
    await keepConsent(adaId, 'north', { records: ['progress', 'resume'] })
    const tom = await signIn(it_.app, credentials(people.tom))

    expect((await sam.get(file)).status).to.equal(200)
    expect((await tom.get(file)).status).to.equal(403)
    const [line, ...more] = await chainOf(adaId)
    expect(more).to.deep.equal([])
    expect([line?.actorName, line?.records]).to.deep.equal(['Sam', ['resume']])
    expect((await ada.read(paths.resume))('main').text()).to.contain('Center north')
    const page = await sam.read(to(paths.staffLearner, { id: adaId }))
    expect(page(`a[href="${file}"]`).text()).to.contain('PDF')

    await withdrawConsent(`consent-${adaId}-north`, await actorOf(people.ada), it_.ports)
    expect((await sam.get(file)).status).to.equal(403)
  })

  it('lies in all my data as the file it is', async () => {
    await ada.upload(paths.resume, pdf)
    await ada.submit(paths.myData, {})
    const parts: Buffer[] = []
    for await (const part of readStored((await findDataFile(adaId))?.fileId ?? ''))
      parts.push(part as Buffer)
    const files = unzipSync(new Uint8Array(Buffer.concat(parts)))

    expect(strFromU8(files['resume.pdf'] ?? new Uint8Array())).to.equal(pdf.content)
    expect(strFromU8(files['my-data.json'] ?? new Uint8Array())).to.contain('"resumes"')
  })

  it('goes along when its record is joined into another, and back', async () => {
    const twin = {
      id: 'learner-twin',
      communityId: community,
      name: 'ada',
      place: { city: 'Portland' },
      language: 'en' as const,
      enrollments: [],
      profiles: [],
      joinedOn: '2015-03-05',
      demonstration: false,
    }
    await insertLearners([twin])
    await keepResume(
      { ...(await actorOf(people.ada)), learnerId: twin.id },
      Buffer.from(pdf.content),
      it_.ports,
    )
    await keepDuplicates([
      {
        id: 'pair',
        communityId: community,
        learnerIds: [adaId, twin.id],
        score: 90,
        reasons: ['name'],
        state: 'open',
        foundAt: it_.clock.at,
      },
    ])
    const staff = await actorOf(people.sam)

    const merge = await mergeLearners(staff, 'pair', adaId, it_.ports)
    expect((await ada.get(file)).status).to.equal(200)
    await undoMerge(staff, merge.id, it_.ports)

    expect((await ada.get(file)).status).to.equal(404)
    expect((await findLearner(twin.id))?.resumeFile?.type).to.equal('pdf')
  })
})
