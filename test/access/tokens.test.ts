import { expect } from 'chai'
import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import supertest from 'supertest'
import { saveRoles, saveState } from '../../src/access/account-change-store.js'
import { actorByToken, readAccessToken, signAccessToken } from '../../src/access/by-token.js'
import { readRefreshToken, writeRefreshToken } from '../../src/access/token.js'
import { testApp, type TestApp } from '../support/app.js'
import { aChange, anAccount, credentials, keep, keepProgram } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'

interface Tokens {
  accessToken: string
  tokenType: string
  expiresIn: number
  refreshToken: string
}

const now = new Date('2015-03-09T19:00:00Z')
const setting = { secret: 'a secret of some thirty-two characters', now }
const claims = { accountId: 'ada', version: 3, family: 'f' }
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

describe('an access token', () => {
  const token = signAccessToken(claims, setting)

  it('says what it was signed with, for 15 minutes', () => {
    expect(readAccessToken(token, setting)).to.deep.equal(claims)
    expect(readAccessToken(token, { ...setting, now: later(899) })).to.deep.equal(claims)
    expect(readAccessToken(token, { ...setting, now: later(900) })).to.equal(undefined)
  })

  it('is refused with another secret, without a signature, or by another algorithm', () => {
    const payload = token.split('.')[1] ?? ''
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`
    const other = jwt.sign(jwt.decode(token) as object, setting.secret, { algorithm: 'HS512' })

    expect(readAccessToken(token, { ...setting, secret: 'another secret' })).to.equal(undefined)
    expect(readAccessToken(none, setting)).to.equal(undefined)
    expect(readAccessToken(other, setting)).to.equal(undefined)
  })

  it('is refused with any one character changed', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '7', '.'), (at, char) => {
        fc.pre(token[at] !== char)
        const forged = token.slice(0, at) + char + token.slice(at + 1)
        const read = readAccessToken(forged, setting)
        // The last character of a base64url part may carry unused bits: the claims must then be the same.
        if (read) expect(read).to.deep.equal(claims)
        else expect(read).to.equal(undefined)
      }),
    )
  })

  it('is never made of anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readAccessToken(text, setting)).to.equal(undefined)
      }),
    )
  })
})

describe('a refresh token', () => {
  it('is read back as it was written, and nothing else is one', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (family, bytes) => {
        const secret = Buffer.from(bytes).toString('base64url')
        expect(readRefreshToken(writeRefreshToken(family, secret))).to.deep.equal({
          family,
          secret,
        })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readRefreshToken(text)).to.equal(undefined)
      }),
    )
  })
})

describe('tokens for the API', () => {
  const ada = anAccount('Ada Ortiz', 'learner')
  let world: TestApp
  const call = (path: string, body: object) =>
    supertest(world.app).post(`/api/v1${path}`).send(body)
  const get = async () => (await call('/tokens', credentials(ada)).expect(200)).body as Tokens
  const refresh = (refreshToken: string) => call('/tokens/refresh', { refreshToken })
  const me = (accessToken: string) =>
    supertest(world.app).get('/api/v1/me').set('Authorization', `Bearer ${accessToken}`)

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    world = testApp()
  })

  it('are given for e-mail and password, and open /me', async () => {
    const tokens = await get()

    expect(tokens).to.have.all.keys('accessToken', 'tokenType', 'expiresIn', 'refreshToken')
    expect(tokens).to.include({ tokenType: 'Bearer', expiresIn: 900 })
    expect((await me(tokens.accessToken)).body).to.deep.equal({
      id: ada.id,
      name: 'Ada Ortiz',
      roles: ['learner'],
      organization: { id: 'board', name: 'The board' },
    })
  })

  it('answer 401 as a problem for a wrong password', async () => {
    const answer = await call('/tokens', { email: ada.email, password: 'wrong one' })

    expect(answer.status).to.equal(401)
    expect(answer.headers['content-type']).to.contain('application/problem+json')
    expect(answer.body).to.include({ status: 401 })
  })

  for (const [what, body] of [
    ['nothing', {}],
    ['a password that is no text', { email: 'a@example.org', password: 12345678 }],
    ['more than e-mail and password', { email: 'a@example.org', password: 'x', role: 'manager' }],
    ['a password of a megabyte', { email: 'a@example.org', password: 'x'.repeat(1_000_000) }],
  ] as const) {
    it(`answer 422 for ${what}`, async () => {
      expect((await call('/tokens', body)).status).to.equal(422)
    })
  }

  it('rotate: a refresh token gives new tokens once', async () => {
    const first = await get()
    const second = (await refresh(first.refreshToken).expect(200)).body as Tokens

    expect(second.refreshToken).to.not.equal(first.refreshToken)
    expect((await me(second.accessToken)).status).to.equal(200)
    const third = (await refresh(second.refreshToken).expect(200)).body as Tokens
    expect((await me(third.accessToken)).status).to.equal(200)
  })

  it('all end when an old refresh token comes back', async () => {
    const first = await get()
    const second = (await refresh(first.refreshToken).expect(200)).body as Tokens
    const elsewhere = await get()

    expect((await refresh(first.refreshToken)).status).to.equal(401)

    expect((await refresh(second.refreshToken)).status).to.equal(401)
    expect((await me(second.accessToken)).status).to.equal(401)
    expect((await me(elsewhere.accessToken)).status).to.equal(200)
  })

  it('are given to one of ten simultaneous refreshes at most', async () => {
    const { refreshToken } = await get()
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))

    expect(answers.filter((answer) => answer.status === 200).length).to.equal(1)
  })

  it('end with DELETE /tokens, the access token too', async () => {
    const tokens = await get()
    const answer = await supertest(world.app)
      .delete('/api/v1/tokens')
      .set('Authorization', `Bearer ${tokens.accessToken}`)

    expect(answer.status).to.equal(204)
    expect((await me(tokens.accessToken)).status).to.equal(401)
    expect((await refresh(tokens.refreshToken)).status).to.equal(401)
  })

  it('end after 15 minutes, and the refresh token after 30 days', async () => {
    const tokens = await get()
    world.clock.at = new Date('2015-03-09T19:15:00Z')
    expect((await me(tokens.accessToken)).status).to.equal(401)

    const next = (await refresh(tokens.refreshToken).expect(200)).body as Tokens
    world.clock.at = new Date('2015-04-09T19:15:00Z')

    expect((await refresh(next.refreshToken)).status).to.equal(401)
  })

  it('end when the account is closed, and do not come back with it', async () => {
    const tokens = await get()
    await saveState(ada.id, 'deactivated', aChange('closed'))
    expect((await me(tokens.accessToken)).status).to.equal(401)
    await saveState(ada.id, 'active', aChange('reopened'))

    expect((await me(tokens.accessToken)).status).to.equal(401)
    expect((await refresh(tokens.refreshToken)).status).to.equal(401)
  })

  it('carry the roles of this moment, not of sign-in', async () => {
    const { accessToken } = await get()
    const mentor = { role: 'mentor', organizationId: 'board', communityId: 'portland-or' } as const
    await saveRoles({ id: ada.id, rolesVersion: 1 }, [mentor], [aChange('roleGiven')])

    expect(((await me(accessToken)).body as { roles: string[] }).roles).to.deep.equal(['mentor'])
  })

  it('are refused when the header holds anything else', async () => {
    for (const header of ['Bearer', 'Bearer x', 'Basic YTpi', 'Bearer a.b.c', 'bearer  ']) {
      const answer = await supertest(world.app).get('/api/v1/me').set('Authorization', header)
      expect(answer.status, header).to.equal(401)
    }
    expect((await supertest(world.app).get('/api/v1/me')).status).to.equal(401)
    expect(await actorByToken('x', { secret: world.secrets.token, now })).to.equal(undefined)
  })
})
