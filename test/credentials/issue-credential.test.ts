import { expect } from 'chai'
import { findCredential } from '../../src/credentials/credential-store.js'
import { currentCopy, type JsonObject } from '../../src/credentials/credential.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { identityHash } from '../../src/credentials/identity.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { checkJws, claimFaults } from '../../src/credentials/jws.js'
import { checkSchema } from '../../src/verification/ob3-schema.js'
import { statusOf } from '../../src/credentials/read-status.js'
import { testWorld } from '../support/app.js'
import { adaFinished, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const world = testWorld()

const signedHtml = async () => {
  const { credential, copy } = await issueCredential('award-html', world)
  return { credential, copy, document: JSON.parse(copy.embedded) as JsonObject }
}

describe('issuing a credential', () => {
  before(async () => {
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css'])
  })

  it('signs a document that fits the schema and whose proof is good', async () => {
    const { document, copy } = await signedHtml()

    expect(await checkSchema(document)).to.deep.equal([])
    expect(await checkEmbedded(document, findIssuerKey)).to.include({
      signature: 'pass',
      issuerKey: 'pass',
    })
    const jws = await checkJws(copy.jws, findIssuerKey)
    expect(jws).to.include({ signature: 'pass', issuerKey: 'pass' })
    expect(claimFaults(jws.claims ?? {})).to.deep.equal([])
    const { proof, ...unsigned } = document
    const { iss, jti, nbf, sub, ...carried } = jws.claims ?? {}
    expect(carried).to.deep.equal(unsigned)
    expect([iss, jti, sub]).to.deep.equal([
      'did:web:localhost%3A3000',
      'http://localhost:3000/credentials/award-html',
      'urn:uuid:learner-ada',
    ])
    expect(nbf).to.equal(Date.parse(String(document['validFrom'])) / 1000)
    expect(proof).to.have.length(1)
    expect(await statusOf(document['credentialStatus'] as JsonObject)).to.deep.equal({
      outcome: 'pass',
    })
  })

  it('gives the same copy again, also when asked at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => issueCredential('award-css', world)))
    const again = await issueCredential('award-css', world)

    expect(new Set([...all, again].map(({ copy }) => copy.jws)).size).to.equal(1)
    expect(again.credential.copies).to.have.length(1)
  })

  it('names the learner by a hash of the address only', async () => {
    const { document, copy, credential } = await signedHtml()

    expect(
      copy.embedded + Buffer.from(copy.jws.split('.')[1]!, 'base64url').toString(),
    ).to.not.include('@example.org')
    expect(JSON.stringify(document)).to.include(
      identityHash(people.ada.email.toUpperCase(), credential.salt),
    )
    expect(currentCopy((await findCredential('award-html'))!).number).to.equal(1)
  })
})
