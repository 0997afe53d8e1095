import { expect } from 'chai'
import { load } from 'cheerio'
import { deliverEvents } from '../../src/deliveries/deliver-events.js'
import { endpointsOf } from '../../src/deliveries/endpoint-store.js'
import { paths, to } from '../../src/http/paths.js'
import { isSignedWith } from '../../src/providers/webhook-signature.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { receiver, type ReceivedCall } from '../support/build-deliveries.js'
import { adaFinished, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const sentKind = ({ headers }: ReceivedCall) => String(headers['x-waymark-event'])
const aboutOf = ({ body }: ReceivedCall) => (JSON.parse(body) as { about: object }).about

describe("A college's own system", () => {
  let it_: TestApp
  let cora: Person
  let system: Awaited<ReturnType<typeof receiver>>
  let answer = 200

  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepWorld()
    cora = await signIn(it_.app, credentials(people.cora))
    system = await receiver((_n, res) => res.writeHead(answer).end('said'))
  })
  after(() => system.close())

  const deliver = async () => {
    system.calls.length = 0
    await deliverEvents({
      world: it_,
      signal: new AbortController().signal,
      touch: async () => undefined,
    })
    return system.calls
  }
  const endpoint = async () => {
    const [one] = await endpointsOf(['pcc'])
    if (!one) throw new Error('no endpoint')
    return one
  }
  const here = async () => to(paths.endpoint, { id: (await endpoint()).id })
  const kinds = ['claim.filed', 'claim.decided', 'claim.consent-ended', 'claim.consent-given']
  let secret = ''

  it('is refused with a wrong address or no kind, by field', async () => {
    for (const [url, field] of [
      ['http://sis.example.edu/', 'url'],
      ['https://192.168.1.1/', 'url'],
    ] as const) {
      const refused = await cora.submit(paths.newEndpoint, { url, kinds })
      expect(refused.status).to.equal(422)
      expect(load(refused.text)(`#field-${field}-error`).text()).not.to.equal('')
    }
    const none = await cora.submit(paths.newEndpoint, { url: system.url })
    expect(none.status).to.equal(422)
    expect(await endpointsOf(['pcc'])).to.deep.equal([])
  })

  it('is connected on a page that shows the secret once', async () => {
    const shown = await cora.submit(paths.newEndpoint, { url: system.url, kinds })
    secret = load(shown.text)('#endpoint-secret').text()

    expect(shown.status).to.equal(200)
    expect(secret).to.match(/^whsec_[\w-]{43}$/)
    expect((await cora.get(await here())).text).not.to.contain(secret)
    expect(JSON.stringify(await endpoint())).not.to.contain(secret)
  })

  it('takes a test, signed with that secret', async () => {
    const sent = await cora.submit(await here(), { step: 'test' })
    const [call] = await deliver()

    expect(sent.status).to.equal(303)
    expect(call && sentKind(call)).to.equal('test')
    expect(
      isSignedWith(secret, {
        timestamp: String(call?.headers['x-waymark-timestamp']),
        signature: String(call?.headers['x-waymark-signature']),
        body: Buffer.from(call?.body ?? ''),
      }),
    ).to.equal(true)
  })

  it('is told of a claim by ids alone, and asks for the rest', async () => {
    const ada = await signIn(it_.app, credentials(people.ada))
    await adaFinished(['html', 'css'])
    await keepConsent()
    const filed = await ada.api('post', '/claims', { agreement: 'cis-122-v1' })
    const { id } = filed.body as { id: string }

    const [told] = await deliver()

    expect(told && [sentKind(told), aboutOf(told)]).to.deep.equal(['claim.filed', { claim: id }])
    expect(told?.body).not.to.match(/ada|lovelace/i)
    expect((await cora.api('get', `/claims/${id}`)).body).to.include({ id, state: 'claimed' })

    await ada.api('delete', '/consents/consent-pcc')
    await keepConsent({ id: 'consent-again' })
    await cora.api('post', `/claims/${id}/decisions`, { decision: 'refuse', reason: 'No.' })
    const later = await deliver()
    expect(later.map(sentKind).sort()).to.deep.equal(['claim.consent-ended', 'claim.decided'])
    const sequences = later.map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence)
    expect(sequences.sort()).to.deep.equal([1, 2])
  })

  it('signs with both secrets for a day when one is changed', async () => {
    const shown = await cora.submit(await here(), { step: 'rotate' })
    const next = load(shown.text)('#endpoint-secret').text()
    await cora.submit(await here(), { step: 'test' })
    const [call] = await deliver()
    const body = Buffer.from(call?.body ?? '')
    const timestamp = String(call?.headers['x-waymark-timestamp'])
    const [first = '', second = ''] = String(call?.headers['x-waymark-signature']).split(', ')

    expect(isSignedWith(next, { timestamp, signature: first, body })).to.equal(true)
    expect(isSignedWith(secret, { timestamp, signature: second, body })).to.equal(true)
  })

  it('keeps what happens while it is paused, and gets it when it is resumed', async () => {
    await cora.submit(await here(), { step: 'pause' })
    await cora.submit(await here(), { step: 'test' })
    expect(await deliver()).to.have.length(0)
    expect((await cora.submit(await here(), { step: 'pause' })).status).to.equal(409)

    await cora.submit(await here(), { step: 'resume' })

    expect(await deliver()).to.have.length(1)
  })

  it('shows each try, and sends one event or all that were given up again', async () => {
    answer = 500
    await cora.submit(await here(), { step: 'test' })
    const from = it_.clock.at
    for (let hour = 0; hour < 100; hour += 1) {
      it_.clock.at = new Date(from.getTime() + hour * 3_600_000)
      await deliver()
    }
    const $ = load((await cora.get(`${await here()}?state=dead`)).text)
    const dead = $('main tbody a').first().attr('href') ?? ''
    const page = (await cora.get(dead)).text
    expect($('main tbody tr')).to.have.length(1)
    expect(page).to.contain('500').and.to.contain('said')

    answer = 200
    expect((await cora.submit(dead, {})).status).to.equal(303)
    expect(await deliver()).to.have.length(1)
    expect((await cora.submit(await here(), { step: 'replay' })).status).to.equal(409)
    expect((await cora.get(`${dead}x`)).status).to.equal(404)
    it_.clock.at = from
  })

  it('is changed, listed and removed', async () => {
    const edit = to(paths.editEndpoint, { id: (await endpoint()).id })
    const kept = await cora.submit(edit, { url: system.url, kinds: ['claim.filed'] })
    expect(kept.status).to.equal(303)
    expect((await endpoint()).kinds).to.deep.equal(['claim.filed'])
    expect((await cora.get(paths.endpoints)).text).to.contain(system.url)

    await cora.submit(await here(), { step: 'end' })

    expect(await endpointsOf(['pcc'])).to.deep.equal([])
  })

  it('is connected by the API in the same way', async () => {
    const made = await cora.api('post', '/endpoints', { url: system.url, kinds })
    const { id, secret: shown } = made.body as { id: string; secret: string }
    expect(made.status).to.equal(201)
    expect(shown).to.match(/^whsec_/)
    expect((await cora.api('post', `/endpoints/${id}/steps`, { step: 'test' })).status).to.equal(
      204,
    )
    expect((await cora.api('post', `/endpoints/${id}/secrets`)).status).to.equal(201)
    await deliver()

    const listed = await cora.api('get', `/endpoints/${id}/deliveries`)
    const [one] = (listed.body as { items: { id: string; log: object[]; state: string }[] }).items
    expect(one).to.deep.include({ state: 'delivered', tries: 1 })
    expect(one?.log[0]).to.deep.include({ status: 200, answer: 'said' })
    const again = `/endpoints/${id}/deliveries/${one?.id ?? ''}/replays`
    expect((await cora.api('post', again)).status).to.equal(201)
    expect((await cora.api('post', again)).status).to.equal(409)
    expect((await cora.api('put', `/endpoints/${id}`, { url: 'nowhere', kinds })).status).to.equal(
      422,
    )
    expect((await cora.api('get', '/endpoints')).body).to.have.nested.property('items[0].id', id)
  })

  it('offers staff of a center what concerns referrals, and nothing of a college', async () => {
    const sam = await signIn(it_.app, credentials(people.sam))
    const add = async (chosen: readonly string[]) =>
      (await sam.submit('/settings', { url: system.url, kinds: [...chosen] }, paths.newEndpoint))
        .status

    expect(await add(kinds)).to.equal(422)
    expect(await add(['referral.requested', 'referral.changed'])).to.equal(200)
  })
})
