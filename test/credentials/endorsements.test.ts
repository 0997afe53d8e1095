import { expect } from 'chai'
import supertest from 'supertest'
import type { JsonObject } from '../../src/credentials/credential.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { checkSchema } from '../../src/verification/ob3-schema.js'
import { statusOf } from '../../src/credentials/read-status.js'
import { checkJws } from '../../src/credentials/jws.js'
import { signStatement } from '../../src/credentials/sign-statement.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { adaFinished, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

let world: TestApp
let cora: Person

const comment = 'We take this badge as proof of the first term of CIS 122.'
const endorsed = (badge = 'html') => cora.submit('/endorsements/new', { badge, comment })

const carriedBy = async (id: string) => {
  const { copy } = await issueCredential(id, world)
  const document = JSON.parse(copy.embedded) as JsonObject
  const { achievement } = document['credentialSubject'] as {
    achievement: { id: string; endorsement?: JsonObject[] }
  }
  return { document, achievement, endorsements: achievement.endorsement ?? [] }
}

describe('endorsing a badge', () => {
  beforeEach(async () => {
    world = testApp()
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css'])
    cora = await signIn(world.app, credentials(people.cora))
  })

  it('shows it with the badge, signed by the college with a key of its own', async () => {
    const done = await endorsed()
    const page = await visitor(world.app).read('/badges/html')
    const href = page('figure a').attr('href') ?? ''
    const document = (await supertest(world.app).get(href)).body as JsonObject

    expect(done.status).to.equal(303)
    expect(page('figure').text()).to.include(comment).and.to.include('The pcc')
    expect(document['issuer']).to.include({
      id: 'did:web:localhost%3A3000:issuers:pcc',
      name: 'The pcc',
    })
    expect(await checkSchema(document)).to.deep.equal([])
    expect(await checkEmbedded(document, findIssuerKey)).to.include({ issuerKey: 'pass' })
  })

  it('is carried by what is signed after, and by nothing else', async () => {
    const before = await carriedBy('award-css')
    await endorsed('css')
    await endorsed('html')
    const after = await carriedBy('award-html')

    expect(before.endorsements).to.deep.equal([])
    expect(after.endorsements).to.have.length(1)
    const [carried] = after.endorsements
    expect(carried?.['credentialSubject']).to.deep.equal({
      id: after.achievement.id,
      type: ['EndorsementSubject'],
      endorsementComment: comment,
    })
    expect(await checkSchema(after.document)).to.deep.equal([])
    for (const document of [after.document, carried ?? {}])
      expect(await checkEmbedded(document, findIssuerKey)).to.include({ issuerKey: 'pass' })
    const tampered = { ...carried, name: 'Something else' }
    expect(await checkEmbedded(tampered, findIssuerKey)).to.include({ signature: 'fail' })
  })

  it('is taken back: shown no longer, and said so to whoever checks a badge that carries it', async () => {
    await endorsed()
    const { endorsements } = await carriedBy('award-html')
    const list = await cora.read('/endorsements')
    const path = list('#endorsements a').attr('href') ?? ''
    const done = await cora.submit(path, {})
    const again = await cora.submit(path, {})
    const page = await visitor(world.app).read('/badges/html')

    expect([done.status, again.status]).to.deep.equal([303, 409])
    expect(page('figure')).to.have.length(0)
    const status = endorsements[0]?.['credentialStatus'] as JsonObject
    expect(await statusOf(status)).to.deep.equal({ outcome: 'fail', why: 'revoked' })
  })

  it('is refused twice, for no badge, without a word, and to others', async () => {
    await endorsed()
    const paul = await signIn(world.app, credentials(people.paul))
    const own = (await cora.read('/endorsements'))('#endorsements a').attr('href') ?? ''
    const answers = [
      await endorsed(),
      await endorsed('no-such-badge'),
      await cora.submit('/endorsements/new', { badge: 'css', comment: 'short' }),
      await paul.get(own),
      await paul.api('post', '/endorsements', { badge: 'css', comment, organization: 'pcc' }),
      await (await signIn(world.app, credentials(people.ada))).get('/endorsements'),
    ]

    expect(answers.map(({ status }) => status)).to.deep.equal([409, 422, 422, 404, 403, 403])
  })

  it('is done by a call too', async () => {
    const made = await cora.api('post', '/endorsements', { badge: 'css', comment })
    const { id } = made.body as { id: string }
    const shown = await supertest(world.app).get('/api/v1/badges/css/endorsements')
    const gone = await cora.api('delete', `/endorsements/${id}`)
    const after = await supertest(world.app).get('/api/v1/badges/css/endorsements')

    expect([made.status, gone.status]).to.deep.equal([201, 204])
    expect((shown.body as { items: object[] }).items).to.deep.equal([made.body])
    expect(after.body).to.deep.equal({ items: [] })
  })

  it('leaves the program to sign for an organization that has no key, and says so', async () => {
    const owner = { organizationId: 'psu' }
    const forPsu = await checkJws(await signStatement(owner, { x: 1 }, world), findIssuerKey)
    await endorsed()
    const forPcc = await checkJws(
      await signStatement({ organizationId: 'pcc' }, { x: 1 }, world),
      findIssuerKey,
    )

    expect(forPsu).to.include({ signature: 'pass', issuerKey: 'pass' })
    expect(forPsu.claims).to.deep.include({
      iss: 'did:web:localhost%3A3000',
      onBehalfOf: { id: 'urn:uuid:psu', name: 'The psu' },
    })
    expect(forPcc.claims).to.include({ iss: 'did:web:localhost%3A3000:issuers:pcc' })
    expect(forPcc.claims).to.not.have.property('onBehalfOf')
  })
})
