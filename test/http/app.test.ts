import { expect } from 'chai'
import supertest from 'supertest'
import { declaredRoutes } from '../../src/http/route.js'
import { policy } from '../../src/access/policy.js'
import { testApp, type TestApp } from '../support/app.js'

interface Layer {
  readonly route?: {
    readonly path: string
    readonly methods: Record<string, boolean>
    readonly stack: { handle: { action?: string } }[]
  }
  readonly handle: { readonly stack?: Layer[] }
}

const layersOf = (stack: readonly Layer[]): Layer[] =>
  stack.flatMap((layer) => (layer.route ? [layer] : layersOf(layer.handle.stack ?? [])))

describe('the application', () => {
  let it_: TestApp
  before(() => {
    it_ = testApp()
  })

  it('has no route without an action of the policy table', () => {
    const router = (it_.app as unknown as { router: { stack: Layer[] } }).router
    const layers = layersOf(router.stack)
    const bare = layers.filter(
      ({ route }) =>
        !route?.stack.some(({ handle }) => handle.action !== undefined && handle.action in policy),
    )

    expect(layers.length).to.be.greaterThan(5)
    expect(bare.map(({ route }) => route?.path)).to.deep.equal([])
  })

  it('declares no method and path twice', () => {
    const names = [
      ...new Set(declaredRoutes.map(({ method, path, action }) => `${method} ${path} ${action}`)),
    ]
    const places = names.map((name) => name.split(' ').slice(0, 2).join(' '))

    expect(new Set(places).size).to.equal(places.length)
  })

  it('says that it is up', async () => {
    const answer = await supertest(it_.app).get('/healthz')

    expect(answer.status).to.equal(200)
    expect(answer.body).to.deep.equal({ status: 'up' })
  })

  it('hides metrics from those without the token', async () => {
    const answer = await supertest(it_.app).get('/metrics')

    expect(answer.status).to.equal(404)
  })

  it('answers an unknown page with a page, in the language of its address', async () => {
    const english = await supertest(it_.app).get('/no-such-page')
    const spanish = await supertest(it_.app).get('/es/no-such-page')

    expect(english.status).to.equal(404)
    expect(english.text).to.contain('Page not found')
    expect(spanish.status).to.equal(404)
    expect(spanish.text).to.contain('No encontramos la página')
  })

  it('answers an unknown call with problem details', async () => {
    const answer = await supertest(it_.app).get('/api/v1/no-such-call')

    expect(answer.status).to.equal(404)
    expect(answer.type).to.equal('application/problem+json')
    expect(answer.body).to.include({ status: 404, title: 'Page not found' })
  })

  it('refuses a bearer token that is none', async () => {
    const answer = await supertest(it_.app)
      .get('/api/v1/no-such-call')
      .set('Authorization', 'Bearer x')

    expect(answer.status).to.equal(401)
  })

  it('describes every call it takes, with a schema for each answer', async () => {
    const answer = await supertest(it_.app).get('/api/v1/openapi.json')
    const { openapi, paths } = answer.body as { openapi: string; paths: Record<string, object> }

    expect(openapi).to.equal('3.1.0')
    expect(paths).to.include.keys('/tokens', '/me/record', '/imports', '/claims', '/referrals')
  })

  it('sends nothing inline and nothing to third parties', async () => {
    const answer = await supertest(it_.app).get('/no-such-page')

    expect(answer.headers['content-security-policy']).to.contain(
      "script-src 'self';style-src 'self'",
    )
    expect(answer.headers['x-content-type-options']).to.equal('nosniff')
    expect(answer.text).not.to.match(/(src|href)="https?:/)
  })
})
