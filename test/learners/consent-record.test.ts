import { expect } from 'chai'
import { consentsOf, findConsent } from '../../src/learners/consent-store.js'
import { addressMark, hashOfText } from '../../src/learners/consent.js'
import { endConsents } from '../../src/learners/end-consents.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials, password } from '../support/build-access.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const asked = {
  parties: ['pcc'],
  purpose: 'credit',
  records: ['badges', 'credential'],
  expiresOn: '2015-06-01',
}

interface Copy {
  readonly id: string
  readonly text: string | null
  readonly textHash: string
  readonly expiresOn: string
  readonly history: readonly { kind: string; by: string; expiresOn: string | null }[]
}

describe('a consent of one’s own', () => {
  let world: TestApp
  let ada: Person
  let id: string
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    ada = await signIn(world.app, credentials(people.ada))
    id = ((await ada.api('post', '/consents', { ...asked, password })).body as { id: string }).id
  })

  const copy = async () => (await ada.api('get', `/consents/${id}`)).body as Copy

  it('keeps the words that were signed, how, and a mark of the place that cannot be read', async () => {
    const kept = await findConsent(adaId, id)
    const { text, textHash } = await copy()

    expect(hashOfText(text ?? '')).to.equal(textHash)
    expect(kept?.authMethod).to.equal('password')
    const marks = ['127.0.0.1', '::ffff:127.0.0.1', '::1'].map((address) =>
      addressMark(address, world.secrets.seal),
    )
    expect(marks).to.include(kept?.ipHash)
    expect(addressMark('127.0.0.1', 'another secret')).not.to.equal(marks[0])
  })

  it('shows its words, history and what was shown under it, in both languages, and gives a copy', async () => {
    const cora = await signIn(world.app, credentials(people.cora))
    expect((await cora.api('get', `/learners/${adaId}/record`)).status).to.equal(200)

    for (const language of ['', '/es']) {
      const page = await ada.read(`${language}/consents/${id}`)
      expect(page('h1').text()).to.equal('The pcc')
      expect(page('blockquote').text().trim()).to.equal((await copy()).text)
      expect(page('.timeline__item').length).to.equal(1)
      expect(page('#disclosed tbody tr').text()).to.contain('Cora Registrar')
    }
    const file = await ada.get(`/consents/${id}/copy.json`)
    expect(file.headers['content-disposition']).to.contain('attachment')
    expect(file.headers['cache-control']).to.equal('private, no-store')
    expect(file.body).to.deep.equal(await copy())
  })

  it('lists under each consent only what rests on it', async () => {
    const cora = await signIn(world.app, credentials(people.cora))
    await cora.api('get', `/learners/${adaId}/record`)
    await ada.api('delete', `/consents/${id}`)
    const later = await ada.api('post', '/consents', { ...asked, password })
    const laterId = (later.body as { id: string }).id
    await cora.api('get', `/learners/${adaId}/record`)
    await cora.api('get', `/learners/${adaId}/record`)

    const shownUnder = async (one: string) =>
      ((await ada.api('get', `/consents/${one}/disclosures`)).body as { items: object[] }).items
        .length
    expect(await shownUnder(id)).to.equal(1)
    expect(await shownUnder(laterId)).to.equal(2)
    const first = await ada.api('get', `/consents/${laterId}/disclosures?limit=1`)
    const { next } = first.body as { next: string }
    const rest = await ada.api('get', `/consents/${laterId}/disclosures?limit=1&cursor=${next}`)
    expect((rest.body as { items: object[]; next?: string }).items.length).to.equal(1)
    expect((rest.body as { next?: string }).next).to.equal(undefined)
  })

  it('is renewed with the password, by page and by call, and keeps its whole history', async () => {
    const page = await ada.submit(`/consents/${id}/renew`, { expiresOn: '2015-08-01', password })
    expect(page.status).to.equal(303)
    const call = await ada.api('post', `/consents/${id}/renewals`, { password })
    expect(call.status).to.equal(201)
    await ada.submit(`/consents/${id}/end`, {})
    await ada.submit(`/consents/${id}/end`, {}, `/consents/${id}/end`).catch(() => undefined)

    const { history, expiresOn } = await copy()
    expect(expiresOn).to.equal('2016-03-09')
    expect(history.map(({ kind, by, expiresOn: until }) => [kind, by, until])).to.deep.equal([
      ['given', 'learner', '2015-06-01'],
      ['renewed', 'learner', '2015-08-01'],
      ['renewed', 'learner', '2016-03-09'],
      ['stopped', 'learner', null],
    ])
  })

  const refusals: [string, object, number][] = [
    ['a wrong password', { password: 'not mine at all' }, 422],
    ['no password', {}, 422],
    ['a day over twelve months away', { password, expiresOn: '2016-03-10' }, 422],
    ['a day that is past', { password, expiresOn: '2015-03-08' }, 422],
    ['another’s field', { password, learnerId: 'learner-bob' }, 422],
  ]
  for (const [title, body, status] of refusals)
    it(`is not renewed with ${title}`, async () => {
      const before = await findConsent(adaId, id)
      expect((await ada.api('post', `/consents/${id}/renewals`, body)).status).to.equal(status)
      const fields = { expiresOn: '2015-08-01', password: '', ...body } as Record<string, string>
      expect((await ada.submit(`/consents/${id}/renew`, fields)).status).to.equal(status)
      expect(await findConsent(adaId, id)).to.deep.equal(before)
    })

  it('is not renewed once it was stopped or ran out, and says so', async () => {
    await ada.api('delete', `/consents/${id}`)
    const stopped = await ada.api('post', `/consents/${id}/renewals`, { password })
    await keepConsent({ id: 'ran-out', expiresOn: '2015-03-08' })
    const ranOut = await ada.api('post', '/consents/ran-out/renewals', { password })

    expect([stopped.status, ranOut.status]).to.deep.equal([409, 409])
    expect((await ada.get(`/consents/${id}/renew`)).status).to.equal(409)
  })

  it('lets one of two renewals at once win', async () => {
    const answers = await Promise.all(
      ['2015-07-01', '2015-08-01'].map((expiresOn) =>
        ada.api('post', `/consents/${id}/renewals`, { password, expiresOn }),
      ),
    )

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409])
    expect((await copy()).history.length).to.equal(2)
  })

  it('notes once, by the program, that it ended by its date', async () => {
    world.clock.at = new Date('2015-06-02T19:00:00Z')
    const run = {
      world,
      signal: new AbortController().signal,
      touch: () => Promise.resolve(),
    }
    await endConsents(run)
    await endConsents(run)

    const [kept] = await consentsOf(adaId)
    expect(kept?.history?.map(({ kind, by }) => [kind, by])).to.deep.equal([
      ['given', 'learner'],
      ['ended', 'program'],
    ])
  })

  it('opens nothing from the next read after it was stopped', async () => {
    const cora = await signIn(world.app, credentials(people.cora))
    const read = async () => (await cora.api('get', `/learners/${adaId}/record`)).status
    const before = await read()
    await ada.api('delete', `/consents/${id}`)

    expect([before, await read()]).to.deep.equal([200, 403])
  })

  for (const [how, tryOnce] of [
    ['page', () => ada.submit(`/consents/${id}/renew`, { expiresOn: '2015-08-01', password: 'x' })],
    ['call', () => ada.api('post', `/consents/${id}/renewals`, { password: 'x' })],
    ['call for a new one', () => ada.api('post', '/consents', { ...asked, password: 'x' })],
  ] as const)
    it(`makes who guesses the password wait, by ${how}`, async () => {
      const answers = []
      for (let at = 0; at < 7; at += 1) answers.push((await tryOnce()).status)

      expect(answers.slice(0, 5)).to.deep.equal([422, 422, 422, 422, 422])
      expect(answers.at(-1)).to.equal(429)
    })
})
