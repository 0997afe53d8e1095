import { expect } from 'chai'
import { load } from 'cheerio'
import fc from 'fast-check'
import supertest from 'supertest'
import { z } from 'zod'
import { roles } from '../../src/access/actor.js'
import { declaredCalls } from '../../src/http/api.js'
import { declaredRoutes, type DeclaredRoute } from '../../src/http/route.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep, password } from '../support/build-access.js'
import { adaFinished, adaId, keepWorld } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

/** Somebody with every role, so that no route stops at the policy table. */
const everyRole = anAccount('Omni Example', 'learner', 'board', {
  learnerId: adaId,
  roles: roles.map((role) => ({
    role,
    organizationId:
      { staff: 'center', college: 'pcc', employer: 'employer' }[role as string] ?? 'board',
    communityId: community,
  })),
})

const nasty = [
  adaId,
  'html',
  '',
  ' ',
  '\u0000',
  '\u202e',
  '%00',
  '..%2f..%2fetc',
  '$gt',
  '__proto__',
  'constructor',
  '{"$ne":null}',
  '-1',
  '1e309',
  'NaN',
  '9'.repeat(30),
  'x'.repeat(5000),
  '<script>alert(1)</script>',
  '2015-02-30',
  '0000-00-00',
  '😀',
  '\ud800',
]

/** What a check of a length trips over when it forgets to look at the type. */
const uncountable = ['length', 'size'].map((name) => ({ [name]: { toString: 1, valueOf: 1 } }))

const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 40 }))
const value = fc.oneof(
  text,
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.array(text, { maxLength: 3 }),
  fc.constantFrom(...uncountable),
  fc.dictionary(fc.constantFrom('$gt', '$where', '__proto__', 'a', 'toString'), text, {
    maxKeys: 2,
  }),
)
const queryNames = [
  'q',
  'cursor',
  'limit',
  'track',
  'state',
  'order',
  'center',
  'on',
  'badge',
  'notice',
  'community',
  'back',
  'source',
  'dryRun',
]

const hostile = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, 'unknown', '__proto__'), value, { maxKeys: 6 })

/** After these there would be nobody left to send the rest. */
const endsSession = new Set(['/sign-out', '/settings/sign-out', '/clear'])

const runs = { numRuns: 8, seed: 20_150_309 }
/** Text that can be sent: half of a surrogate pair cannot. */
const asText = (one: unknown) =>
  Buffer.from(typeof one === 'string' ? one : JSON.stringify(one)).toString('utf8')
const wellFormed = (one: unknown) => encodeURIComponent(asText(one))

/** The address with hostile text where it takes a record's name. */
const filled = (path: string, parts: readonly string[]) => {
  let next = 0
  return path.replace(/:(\w+)/g, () => wellFormed(parts[next++ % parts.length] ?? 'x') || 'x')
}

const queryOf = (query: Record<string, unknown>) =>
  Object.entries(query)
    .map(([name, one]) => `${wellFormed(name)}=${wellFormed(one)}`)
    .join('&')

describe('Hostile input', () => {
  let it_: TestApp
  let person: Person
  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await keep(everyRole)
    person = await signIn(it_.app, credentials(everyRole))
  })

  const pages = (method: string) => (route: DeclaredRoute) =>
    route.method === method && !route.path.startsWith('/api/v1')

  it('gets a page or a plain refusal from every page', async () => {
    for (const { path } of declaredRoutes.filter(pages('get')))
      await fc.assert(
        fc.asyncProperty(
          fc.array(text, { minLength: 1, maxLength: 2 }),
          hostile(queryNames),
          async (parts, query) => {
            const answer = await person.get(`${filled(path, parts)}?${queryOf(query)}`)
            expect(answer.status, `GET ${path}`).to.be.lessThan(path === '/readyz' ? 504 : 500)
          },
        ),
        runs,
      )
  }).timeout(120_000)

  it('gets a page or a plain refusal from a list for a cursor that only looks like one', async () => {
    const looksLike = (...values: readonly unknown[]) =>
      Buffer.from(JSON.stringify(values)).toString('base64url')
    const cursors = [looksLike('x', 'x'), looksLike('x', 'x', 1e300)]
    const isList = ({ method, path }: Pick<DeclaredRoute, 'method' | 'path'>) =>
      method === 'get' && !/[:{]|^\/readyz/.test(path)
    const sent = async (
      path: string,
      get: (at: string) => Promise<{ readonly status: number }>,
    ) => {
      for (const cursor of cursors) {
        const { status } = await get(`${path}?cursor=${cursor}`)
        expect(status, `GET ${path} ${cursor}`).to.be.lessThan(500).and.not.equal(401)
      }
    }
    for (const { path } of declaredRoutes.filter(pages('get')).filter(isList))
      await sent(path, (at) => person.get(at))
    for (const { path } of declaredCalls.filter(isList))
      await sent(path, (at) => person.api('get', at))
  }).timeout(120_000)

  const fieldsOf = async (path: string) => {
    const shown = await person.get(path)
    return load(shown.text || '')('input[name],select[name],textarea[name]')
      .map((_, field) => field.attribs['name'])
      .get()
      .filter((name) => name !== '_csrf')
  }

  it('gets the form again or a plain refusal from every form', async () => {
    const stays = declaredRoutes.filter(pages('post')).filter(({ path }) => !endsSession.has(path))
    for (const { path } of stays) {
      const names = await fieldsOf(path)
      await fc.assert(
        fc.asyncProperty(
          fc.array(text, { minLength: 1 }),
          hostile([...names, 'x']),
          async (parts, body) => {
            const fields = Object.fromEntries(
              Object.entries(body).map(([name, one]) => [
                name,
                Array.isArray(one) ? one.map(asText) : asText(one),
              ]),
            )
            const answer = await person.submit('/settings', fields, filled(path, parts))
            expect(answer.status, `POST ${path} ${JSON.stringify(body)}`).to.be.lessThan(500)
          },
        ),
        runs,
      )
    }
  }).timeout(240_000)

  it('gets problem details from every call of the API', async () => {
    const { accessToken } = (
      await supertest(it_.app).post('/api/v1/tokens').send({ email: everyRole.email, password })
    ).body as { accessToken: string }
    for (const call of declaredCalls) {
      if (call.path === '/tokens' && call.method === 'delete') continue
      const schema = call.body && z.toJSONSchema(call.body, { io: 'input', unrepresentable: 'any' })
      const names = Object.keys(schema?.properties ?? {})
      await fc.assert(
        fc.asyncProperty(
          fc.array(text, { minLength: 1, maxLength: 2 }),
          hostile(queryNames),
          fc.oneof(hostile([...names, 'x']), value),
          async (parts, query, body) => {
            const path = filled(call.path.replace(/\{(\w+)\}/g, ':$1'), parts)
            const at = `/api/v1${path}?${queryOf(query)}`
            const asked = supertest(it_.app)[call.method](at)
            void asked.set('Authorization', `Bearer ${accessToken}`)
            const type = call.rawBody && !call.body ? call.rawBody.types[0] : 'application/json'
            const answer =
              call.method === 'get'
                ? await asked
                : await asked.type(type ?? 'application/json').send(JSON.stringify(body))
            expect(answer.status, `${call.method} ${path}: ${JSON.stringify(body)}`).to.be.lessThan(
              500,
            )
            if (answer.status >= 400 && call.method !== 'get')
              expect(answer.type).to.equal('application/problem+json')
          },
        ),
        runs,
      )
    }
  }).timeout(240_000)

  it('gets a wrong type named where a length cannot be compared', async () => {
    const { accessToken } = (
      await supertest(it_.app).post('/api/v1/tokens').send({ email: everyRole.email, password })
    ).body as { accessToken: string }
    for (const call of declaredCalls.filter(({ body }) => body)) {
      const schema = call.body && z.toJSONSchema(call.body, { io: 'input', unrepresentable: 'any' })
      const names = Object.keys(schema?.properties ?? {})
      for (const one of uncountable) {
        const path = filled(call.path.replace(/\{(\w+)\}/g, ':$1'), [adaId])
        const asked = supertest(it_.app)[call.method](`/api/v1${path}`)
        const answer = await asked
          .set('Authorization', `Bearer ${accessToken}`)
          .send(Object.fromEntries(names.map((name) => [name, one])))
        expect(answer.status, `${call.method} ${path}`).to.be.within(200, 499)
      }
    }
  })
})
