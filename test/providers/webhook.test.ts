import { expect } from 'chai'
import { createHmac } from 'node:crypto'
import supertest from 'supertest'
import { saveOrganization } from '../../src/access/organization-store.js'
import { awardsOf } from '../../src/badges/award-store.js'
import { paths } from '../../src/http/paths.js'
import { evidenceOfLearner } from '../../src/providers/evidence-store.js'
import { seal, unseal } from '../../src/seal.js'
import { findWebhookSecret } from '../../src/providers/webhook-store.js'
import { isSignedWith, isTimely, signatureOf } from '../../src/providers/webhook-signature.js'
import { testApp, type TestApp } from '../support/app.js'
import { anOrganization } from '../support/build-access.js'
import {
  aLearnerAt,
  keepCourses,
  keepLearners,
  providerStaffAt,
} from '../support/build-evidence.js'
import { countAll, emptyDatabase } from '../support/database.js'

interface Answer {
  recorded: number
  alreadyKnown: number
  awarded: string[]
  errors?: { field: string }[]
  detail: string
}

const one = { email: 'l0@example.org', course: 'html', completedOn: '2015-02-01' }
const now = new Date('2015-03-09T19:00:00Z')
const seconds = (offset = 0) => String(now.getTime() / 1000 + offset)

describe('A signature', () => {
  const body = Buffer.from('{}')
  const signature = createHmac('sha256', 's').update('12.{}').digest('hex')

  it('is the HMAC-SHA256 of the timestamp, a dot and the body', () => {
    expect(signatureOf('s', '12', body)).to.equal(signature)
    expect(isSignedWith('s', { timestamp: '12', signature, body })).to.equal(true)
    expect(isSignedWith('s', { timestamp: '12', signature: `sha256=${signature}`, body })).to.equal(
      true,
    )
  })

  it('fits one secret, one timestamp and one body', () => {
    const call = { timestamp: '12', signature, body }

    expect(isSignedWith('t', call)).to.equal(false)
    expect(isSignedWith('s', { ...call, timestamp: '13' })).to.equal(false)
    expect(isSignedWith('s', { ...call, body: Buffer.from('{ }') })).to.equal(false)
    for (const wrong of ['', 'x', signature.slice(2), `${signature}00`]) {
      expect(isSignedWith('s', { ...call, signature: wrong })).to.equal(false)
    }
  })

  it('counts for five minutes either way', () => {
    for (const [offset, isRight] of [
      [0, true],
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
    ] as const) {
      expect(isTimely(seconds(offset), now), String(offset)).to.equal(isRight)
    }
    for (const wrong of ['', 'now', '1e9', '-1', now.toISOString()]) {
      expect(isTimely(wrong, now), wrong).to.equal(false)
    }
  })
})

describe('A sealed secret', () => {
  it('opens with the right key only, and not when it was changed', () => {
    const sealed = seal('word', 'key', 'webhook secrets')

    expect(unseal(sealed, 'key', 'webhook secrets')).to.equal('word')
    expect(sealed).not.to.contain('word')
    expect(seal('word', 'key', 'webhook secrets')).not.to.equal(sealed)
    expect(unseal(sealed, 'other key', 'webhook secrets')).to.equal(undefined)
    expect(unseal(`${sealed.slice(0, -4)}AAA=`, 'key', 'webhook secrets')).to.equal(undefined)
    expect(unseal('', 'key', 'webhook secrets')).to.equal(undefined)
    expect(unseal(sealed, 'key', 'signing keys')).to.equal(undefined)
  })
})

describe('The webhook of a provider', () => {
  let app: TestApp
  let pat: Awaited<ReturnType<typeof providerStaffAt>>
  let secret: string

  const makeSecret = async () => {
    const answer = await pat.submit(paths.webhook, {})
    return /whsec_[\w-]+/.exec(answer.text)?.[0] ?? ''
  }

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp()
    await keepCourses()
    await keepLearners(3)
    pat = await providerStaffAt(app.app, 'Pat')
    secret = await makeSecret()
  })

  interface Sent {
    timestamp?: string
    signature?: string
    slug?: string
    key?: string
  }

  const send = async (
    body: unknown,
    { timestamp = seconds(), signature, slug = 'treehouse', key }: Sent = {},
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const right = signatureOf(key ?? secret, timestamp, Buffer.from(text))
    const answer = await supertest(app.app)
      .post(`/api/v1/providers/${slug}/completions`)
      .set('X-Waymark-Timestamp', timestamp)
      .set('X-Waymark-Signature', signature ?? right)
      .type('json')
      .send(text)
    return { status: answer.status, body: answer.body as Answer }
  }

  it('records completions as confirmed by the provider, and awards', async () => {
    const { status, body } = await send({ completions: [one, { ...one, email: 'L1@example.org' }] })

    expect(status).to.equal(201)
    expect(body).to.include({ recorded: 2, alreadyKnown: 0 })
    expect(body.awarded).to.deep.equal(['html'])
    const [fact] = await evidenceOfLearner('learner-000001')
    expect(fact).to.include({ source: 'webhook', level: 'provider-confirmed', item: 'html' })
    expect(await awardsOf('learner-000000')).to.have.length(1)
  })

  it('takes one completion by itself, and an exam with its score', async () => {
    expect((await send(one)).status).to.equal(201)
    expect((await send({ ...one, kind: 'exam', item: 'final', score: 88.5 })).status).to.equal(201)
    const facts = await evidenceOfLearner('learner-000000')
    expect(facts.map(({ kind, score }) => [kind, score])).to.have.deep.members([
      ['completion', undefined],
      ['exam', 88.5],
    ])
  })

  it('refuses the same call again, however its signature is written', async () => {
    const signature = signatureOf(secret, seconds(), Buffer.from(JSON.stringify(one)))

    const first = await send(one)
    const again = await Promise.all(
      [signature, signature.toUpperCase(), `sha256=${signature}`, `v1=${signature}`].map(
        (written) => send(one, { signature: written }),
      ),
    )

    expect(first.status).to.equal(201)
    expect(again.map(({ status }) => status)).to.deep.equal([409, 409, 409, 409])
    expect(await countAll('imports')).to.equal(1)
  })

  it('records nothing new for the same facts under a new signature', async () => {
    await send(one)
    const { status, body } = await send(one, { timestamp: seconds(1) })

    expect(status).to.equal(201)
    expect(body).to.include({ recorded: 0, alreadyKnown: 1 })
  })

  it('answers 401 to a wrong, missing or late signature, and to an old secret', async () => {
    const old = secret
    secret = await makeSecret()

    expect((await send(one, { key: old })).status).to.equal(401)
    expect((await send(one, { signature: 'f'.repeat(64) })).status).to.equal(401)
    expect((await send(one, { signature: '' })).status).to.equal(401)
    expect((await send(one, { timestamp: seconds(-301) })).status).to.equal(401)
    expect((await send(one, { timestamp: 'soon' })).status).to.equal(401)
    expect((await send(one, { slug: 'other-school' })).status).to.equal(401)
    expect((await send(one, { slug: 'nobody' })).status).to.equal(404)
    expect(await countAll('evidence')).to.equal(0)
  })

  describe('is all or nothing and names the place of', () => {
    const wrong: [string, unknown, number, string | undefined][] = [
      [
        'an unknown learner',
        { completions: [one, { ...one, email: 'x@example.org' }] },
        422,
        'completions[1].email',
      ],
      [
        'an unknown course',
        { completions: [{ ...one, course: 'cobol' }] },
        422,
        'completions[0].course',
      ],
      [
        'a future day',
        { completions: [{ ...one, completedOn: '2015-03-10' }] },
        422,
        'completions[0].completedOn',
      ],
      ['a formula', { completions: [{ ...one, email: '=cmd' }] }, 422, 'completions[0].email'],
      ['an unknown field', { completions: [{ ...one, admin: true }] }, 422, 'completions[0].admin'],
      [
        'an operator',
        { completions: [{ ...one, email: { $gt: '' } }] },
        422,
        'completions[0].email',
      ],
      ['an empty list', { completions: [] }, 422, 'completions'],
      ['another shape', [one], 422, undefined],
      ['broken JSON', '{"completions":[', 400, 'document'],
      [
        'a __proto__ key',
        '{"completions":[{"__proto__":{"a":1}}]}',
        422,
        'completions[0].__proto__',
      ],
    ]
    for (const [what, body, status, field] of wrong) {
      it(what, async () => {
        const answer = await send(body)

        expect(answer.status).to.equal(status)
        if (field !== undefined) expect(answer.body.errors?.[0]?.field).to.equal(field)
        expect(await countAll('evidence')).to.equal(0)
      })
    }
  })

  it('shows its secret once and keeps it sealed', async () => {
    const kept = await findWebhookSecret('treehouse')
    const page = await pat.read(paths.webhook)

    expect(secret).to.match(/^whsec_[\w-]{43}$/)
    expect(page('#webhook-secret')).to.have.length(0)
    expect(page.html()).not.to.contain(secret)
    expect(JSON.stringify(kept)).not.to.contain(secret)
    expect(kept && unseal(kept.sealed, app.secrets.seal, 'webhook secrets')).to.equal(secret)
  })

  it('is set up by the provider’s own staff only', async () => {
    const ada = await aLearnerAt(app.app, 'Ada')

    expect((await ada.get(paths.webhook)).status).to.equal(403)
  })
})

describe('Confirming one completion by hand', () => {
  let app: TestApp
  let pat: Awaited<ReturnType<typeof providerStaffAt>>

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp()
    await keepCourses()
    await keepLearners(1)
    pat = await providerStaffAt(app.app, 'Pat')
  })

  const attest = async (change: Record<string, string> = {}) =>
    pat.submit(paths.attest, { ...one, score: '', ...change })

  it('records it with the name of who said so, and awards', async () => {
    const answer = await attest({ score: '90' })

    expect(answer.status).to.equal(303)
    expect(answer.headers['location']).to.contain('notice.attested')
    const [fact] = await evidenceOfLearner('learner-000000')
    expect(fact).to.include({
      source: 'attestation',
      level: 'provider-confirmed',
      attestedBy: pat.accountId,
      score: 90,
    })
    expect(await awardsOf('learner-000000')).to.have.length(1)
  })

  it('says so when it was confirmed before, and changes nothing', async () => {
    await attest()
    const answer = await attest({ completedOn: '2015-02-02' })

    expect(answer.headers['location']).to.contain('attestedBefore')
    expect(await countAll('evidence')).to.equal(1)
  })

  const wrong: [string, Record<string, string>, string][] = [
    ['an unknown learner', { email: 'x@example.org' }, '#field-email'],
    ['no course', { course: '' }, '#field-course'],
    ['an unknown course', { course: 'cobol' }, '#field-course'],
    ['a future day', { completedOn: '2015-03-10' }, '#field-completedOn'],
    ['a score over 100', { score: '101' }, '#field-score'],
  ]
  for (const [what, change, link] of wrong) {
    it(`shows the form again for ${what}`, async () => {
      const answer = await attest(change)

      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain(`href="${link}"`)
      expect(await countAll('evidence')).to.equal(0)
    })
  }

  it('is for staff of an approved provider only', async () => {
    await saveOrganization(anOrganization('treehouse', { kind: 'provider', state: 'declined' }))

    expect((await pat.get(paths.attest)).status).to.equal(403)
    expect((await pat.get(paths.provider)).status).to.equal(403)
  })
})
