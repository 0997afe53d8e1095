import { expect } from 'chai'
import type { JsonObject } from '../../src/credentials/credential.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { checkSchema } from '../../src/verification/ob3-schema.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { keepChainWorld } from '../support/build-chain.js'
import { people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

interface Transcript extends JsonObject {
  readonly credentialSubject: {
    readonly verifiableCredential: readonly (JsonObject & { readonly name: string })[]
    readonly association?: readonly JsonObject[]
  }
}

describe('a transcript', () => {
  let world: TestApp
  let ada: Person
  before(async () => {
    await emptyDatabase()
    world = testApp()
    await keepChainWorld(world)
    ada = await signIn(world.app, credentials(people.ada))
  })

  const ask = async (...badges: string[]) => {
    const query = badges.map((badge) => `credentials=award-${badge}`).join('&')
    const answer = await ada.api('get', `/me/transcript?${query}`)
    expect(answer.status, answer.text).to.equal(200)
    expect(answer.type).to.equal('application/vc+ld+json')
    return answer.body as Transcript
  }
  const passes = { signature: 'pass', issuerKey: 'pass' }

  it('is a signed CLR 2.0 document of the badges that were chosen, each with its own proof', async () => {
    const transcript = await ask('html', 'js')
    const { verifiableCredential } = transcript.credentialSubject

    expect(transcript).to.deep.include({
      type: ['VerifiableCredential', 'ClrCredential'],
      name: 'Record of Ada Lovelace',
      partial: true,
    })
    expect(transcript['@context']).to.deep.equal([
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
      'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
    ])
    expect(verifiableCredential.map(({ name }) => name)).to.deep.equal([
      'Badge html',
      'Badge js',
      'CIS 122 Programming Logic',
    ])
    expect(await checkSchema(transcript)).to.deep.equal([])
    for (const signed of [transcript, ...verifiableCredential])
      expect(await checkEmbedded(signed, findIssuerKey)).to.deep.include(passes)
  })

  it('tells the course a college gave credit for, if it rests on a badge in it', async () => {
    const { verifiableCredential, association } = (await ask('html', 'js')).credentialSubject
    const without = (await ask('js')).credentialSubject
    const course = verifiableCredential.at(-1)
    const subject = course?.['credentialSubject'] as {
      readonly creditsEarned: number
      readonly achievement: JsonObject
    }

    expect(verifiableCredential).to.have.length(3)
    expect(subject.creditsEarned).to.equal(4)
    expect(subject.achievement).to.deep.include({
      achievementType: 'Course',
      humanCode: 'CIS 122',
      creditsAvailable: 4,
    })
    expect(course && (await checkEmbedded(course, findIssuerKey))).to.deep.include(passes)
    expect(association).to.have.length(1)
    expect(association?.[0]).to.deep.include({
      associationType: 'isRelatedTo',
      sourceId: 'http://localhost:3000/achievements/html',
      targetId: subject.achievement['id'],
    })
    expect(without.association).to.equal(undefined)
    expect(without.verifiableCredential).to.have.length(1)
  })

  const changes: [string, (transcript: Transcript) => object][] = [
    ['its name', (transcript) => ({ ...transcript, name: 'Record of Somebody' })],
    [
      'a badge inside',
      (transcript) => ({
        ...transcript,
        credentialSubject: {
          ...transcript.credentialSubject,
          verifiableCredential: transcript.credentialSubject.verifiableCredential.map((one) => ({
            ...one,
            name: 'Master of everything',
          })),
        },
      }),
    ],
    [
      'a badge left out',
      (transcript) => ({
        ...transcript,
        credentialSubject: {
          ...transcript.credentialSubject,
          verifiableCredential: transcript.credentialSubject.verifiableCredential.slice(1),
        },
      }),
    ],
  ]
  for (const [title, change] of changes)
    it(`fails when somebody changes ${title}`, async () => {
      const changed = change(await ask('html', 'js')) as JsonObject

      expect((await checkEmbedded(changed, findIssuerKey)).signature).to.equal('fail')
    })

  it('is made of own badges only, and of at least one', async () => {
    const bob = await signIn(world.app, credentials(people.bob))

    expect((await bob.api('get', '/me/transcript?credentials=award-html')).status).to.equal(422)
    expect((await ada.api('get', '/me/transcript')).status).to.equal(422)
    expect((await ada.get('/record/transcript.json')).status).to.equal(422)
    expect((await ada.api('get', '/me/transcript?credentials=award-none')).status).to.equal(422)
    const cora = await signIn(world.app, credentials(people.cora))
    expect((await cora.get('/record/transcript.json?credentials=award-html')).status).to.equal(403)
  })

  it('is chosen on a page', async () => {
    const page = await ada.read('/record/transcript')
    const form = page('main form')

    expect(form.attr('action')).to.equal('/record/transcript.json')
    expect(form.find('input[name=credentials]:checked')).to.have.length(3)
    const answer = await ada.get('/record/transcript.json?credentials=award-html')
    expect(answer.headers['content-disposition']).to.equal('attachment; filename=transcript.json')
  })
})
