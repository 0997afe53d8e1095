import { expect } from 'chai'
import { load } from 'cheerio'
import supertest from 'supertest'
import { insertAwards } from '../../src/badges/award-store.js'
import { findCredential } from '../../src/credentials/credential-store.js'
import { currentCopy } from '../../src/credentials/credential.js'
import { bakePng, unbakePng } from '../../src/credentials/png-bake.js'
import { unbakeSvg } from '../../src/credentials/svg-bake.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { markFactWithdrawn, recordFacts } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { anAward, anEvidence } from '../support/build-learning.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const html = '/credentials/award-html'
const bytes = (request: supertest.Test) =>
  request.buffer(true).parse((res, then) => {
    const parts: Buffer[] = []
    res.on('data', (part: Buffer) => parts.push(part))
    res.on('end', () => {
      then(null, Buffer.concat(parts))
    })
  })
const signedJson = async () => currentCopy((await findCredential('award-html'))!).embedded

describe('a credential carried away', () => {
  let world: TestApp
  let ada: Person
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    ada = await signIn(world.app, credentials(people.ada))
  })

  const share = async (body: object = {}) => {
    const answer = await ada.api('post', '/shares', { credentials: ['award-html'], ...body })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201)
    return (answer.body as { id: string; url: string }).id
  }
  const openings = async (id: string) =>
    ((await ada.api('get', `/shares/${id}/openings`)).body as { items: Record<string, unknown>[] })
      .items

  it('says to its learner what was done, by whom, checked how and signed by whom', async () => {
    const page = await ada.read(html)

    expect(page('h1').text()).to.equal('Badge html')
    const text = page('article').text().replace(/\s+/g, ' ')
    for (const part of [
      'Ada Lovelace earned this badge on February 1, 2015',
      'Provider-confirmed',
      'Code Oregon',
      'did:web:localhost%3A3000',
      'http://localhost:3000/credentials/award-html',
      'This badge is private',
    ])
      expect(text).to.contain(part)
    const hrefs = page('article a')
      .toArray()
      .map((link) => page(link).attr('href'))
    expect(hrefs).to.include.members([
      '/verify?link=http%3A%2F%2Flocalhost%3A3000%2Fcredentials%2Faward-html',
      `${html}.png`,
      `${html}.svg`,
      `${html}.json`,
      `${html}.jws`,
      '/shares/new?credential=award-html',
    ])
    expect(page('.qr path').attr('d')).to.match(/^M\d+ \d+h7v1h-7z/)
  })

  it('speaks Spanish too', async () => {
    const page = await ada.read(`/es${html}`)

    expect(page('article').text()).to.contain('Ada Lovelace ganó esta insignia el')
  })

  it('says which evidence its issuer has withdrawn since', async () => {
    const fact = anEvidence(adaId, 'js', { communityId: community, kind: 'open-badge' })
    await recordFacts([fact])
    const own = { learnerId: adaId, communityId: community }
    await insertAwards([anAward('js', { ...own, facts: [fact.id] })])
    const before = (await ada.read('/credentials/award-js'))('#credential-evidence').text()
    await markFactWithdrawn(fact.id, new Date())
    const after = (await ada.read('/credentials/award-js'))('#credential-evidence').text()

    expect(before).not.to.contain('Withdrawn by its issuer')
    expect(currentCopy((await findCredential('award-js'))!).embedded).to.contain('Open Badge ')
    expect(after).to.contain('Withdrawn by its issuer')
  })

  const types: [string | undefined, string, string][] = [
    [undefined, 'text/html', 'application/vc+ld+json'],
    ['application/vc+ld+json', 'application/vc+ld+json', 'application/vc+ld+json'],
    ['application/ld+json', 'application/ld+json', 'application/ld+json'],
    ['application/json', 'application/json', 'application/json'],
    ['text/plain', 'text/plain', 'text/plain'],
    ['image/png', 'image/png', 'image/png'],
    [
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html',
      'application/vc+ld+json',
    ],
    ['application/pdf', 'text/html', 'application/vc+ld+json'],
    ['application/json;q=0.2, text/plain', 'text/plain', 'text/plain'],
  ]
  for (const [accept, page, api] of types)
    it(`answers ${accept ?? 'who asks for nothing'} with ${page}, at the API with ${api}`, async () => {
      await share()
      for (const [path, type] of [
        [html, page],
        [`/api/v1${html}`, api],
      ] as const) {
        const request = supertest(world.app).get(path)
        const answer = await bytes(accept === undefined ? request : request.set('Accept', accept))

        expect([answer.status, answer.type]).to.deep.equal([200, type])
        expect(answer.headers['vary']).to.match(/Accept(,|$)/)
      }
    })

  it('gives the signed document in every form, byte for byte as it was signed, and signs once', async () => {
    await share()
    for (const at of ['', '/api/v1']) {
      const get = (suffix: string) => bytes(supertest(world.app).get(`${at}${html}.${suffix}`))
      const json = (await get('json')).body as Buffer
      const png = (await get('png')).body as Buffer
      const svg = (await get('svg')).body as Buffer

      expect(json.toString()).to.equal(await signedJson())
      expect(unbakePng(png)?.text).to.equal(json.toString())
      expect(unbakeSvg(svg.toString())?.text).to.equal(json.toString())
      const jws = ((await get('jws')).body as Buffer).toString().split('.')
      const claims = JSON.parse(Buffer.from(jws[1]!, 'base64url').toString()) as { jti: string }
      expect(claims.jti).to.equal('http://localhost:3000/credentials/award-html')
    }
    expect((await findCredential('award-html'))?.copies).to.have.length(1)
  })

  it('bakes into the badge’s own picture, whose pixels stay as they are', async () => {
    await share()
    const plain = (await bytes(supertest(world.app).get('/badges/html/picture.png'))).body as Buffer
    const baked = (await bytes(supertest(world.app).get(`${html}.png`))).body as Buffer

    expect(baked.equals(bakePng(plain, await signedJson()))).to.equal(true)
  })

  it('never runs a picture as a page of ours', async () => {
    await share()
    for (const path of [`${html}.svg`, '/badges/html/picture.svg']) {
      const answer = await supertest(world.app).get(path)

      expect(answer.headers['content-security-policy']).to.equal("default-src 'none'; sandbox")
      expect(answer.headers['x-content-type-options']).to.equal('nosniff')
    }
  })

  const strangers = ['bob', 'sam', 'cora', 'mia', 'eve', 'max', undefined] as const
  for (const who of strangers)
    it(`is hidden from ${who ?? 'people who are not signed in'}, in every form`, async () => {
      const person = who ? await signIn(world.app, credentials(people[who])) : visitor(world.app)
      for (const suffix of ['', '.json', '.jws', '.png', '.svg']) {
        expect((await person.get(`${html}${suffix}`)).status).to.equal(404)
        expect((await person.api('get', `${html}${suffix}`)).status).to.equal(404)
      }
      expect((await person.get('/credentials/award-nobody')).status).to.equal(404)
      expect(await findCredential('award-html')).to.equal(undefined)
    })

  for (const id of ['x.exe', '.json', 'a.png.svg', '$ne', '%00', '..%2f', 'a'.repeat(65)])
    it(`finds nothing at ${id}`, async () => {
      expect((await visitor(world.app).get(`/credentials/${id}`)).status).to.equal(404)
      expect((await visitor(world.app).api('get', `/credentials/${id}`)).status).to.equal(404)
    })

  it('opens to a reader whose consent covers it, and says so to the learner', async () => {
    await keepConsent()
    const cora = await signIn(world.app, credentials(people.cora))

    expect((await cora.get(html)).status).to.equal(200)
    expect((await cora.api('get', html)).status).to.equal(200)
    expect((await cora.get(`${html}.png`)).status).to.equal(200)

    const rows = await chainOf(adaId)
    expect(rows.map(({ channel, records }) => [channel, ...records])).to.deep.equal([
      ['view', 'credential'],
      ['api', 'credential'],
      ['export', 'credential'],
    ])
    expect(rows[0]).to.deep.include({ organizationId: 'pcc', consentIds: ['consent-pcc'] })
  })

  it('stays hidden from a reader whose consent covers badges only', async () => {
    await keepConsent({ records: ['badges'] })
    const cora = await signIn(world.app, credentials(people.cora))

    expect((await cora.get(html)).status).to.equal(404)
    expect(await chainOf(adaId)).to.deep.equal([])
  })

  it('holds no address of the learner in any form', async () => {
    await share()
    const forms = await Promise.all(
      ['', '.json', '.svg'].map((suffix) => supertest(world.app).get(`${html}${suffix}`)),
    )
    const jws = await supertest(world.app).get(`${html}.jws`)
    const claims = Buffer.from(jws.text.split('.')[1]!, 'base64url').toString()

    for (const text of [...forms.map((form) => form.text || String(form.body)), claims])
      expect(text).not.to.contain(people.ada.email)
  })

  describe('while it is shared', () => {
    it('is a public page without a token, that a browser may keep and ask about', async () => {
      await share()
      const first = await supertest(world.app).get(html)
      const again = await supertest(world.app)
        .get(html)
        .set('If-None-Match', first.headers['etag']!)

      expect(first.headers['set-cookie']).to.equal(undefined)
      expect(first.text).not.to.contain('_csrf').and.not.to.contain('Only you see')
      expect(first.headers['x-robots-tag']).to.equal('noindex')
      expect(again.status).to.equal(304)
    })

    it('shows its learner who opened it, in which form and when', async () => {
      world.clock.at = new Date('2015-03-09T19:55:00Z')
      const id = await share()
      await supertest(world.app).get(html)
      await supertest(world.app).get(html)
      await supertest(world.app).head(html)
      const sam = await signIn(world.app, credentials(people.sam))
      world.clock.at = new Date('2015-03-09T20:05:00Z')
      await sam.get(`${html}.png`)
      await ada.read(html)

      expect(await openings(id)).to.deep.equal([
        {
          who: 'The center',
          credential: 'award-html',
          format: 'png',
          firstAt: '2015-03-09T20:05:00.000Z',
          lastAt: '2015-03-09T20:05:00.000Z',
          times: 1,
        },
        {
          who: null,
          credential: 'award-html',
          format: 'page',
          firstAt: '2015-03-09T19:55:00.000Z',
          lastAt: '2015-03-09T19:55:00.000Z',
          times: 2,
        },
      ])
      const page = await ada.read(`/shares/${id}/openings`)
      expect(page('#openings').text()).to.contain('The center').and.to.contain('not signed in')
    })

    it('is hidden again from the moment it is stopped, or the day after its last', async () => {
      const one = await share()
      await share({ credentials: ['award-css'], expiresOn: '2015-03-09' })
      expect((await visitor(world.app).get('/credentials/award-css')).status).to.equal(200)

      expect((await ada.submit(`/shares/${one}/stop`, {})).status).to.equal(303)
      expect((await visitor(world.app).get(html)).status).to.equal(404)
      expect((await ada.api('delete', `/shares/${one}`)).status).to.equal(204)
      world.clock.at = new Date('2015-03-10T08:00:00Z')
      expect((await visitor(world.app).get('/credentials/award-css')).status).to.equal(404)
      expect((await ada.read(html))('h1').text()).to.equal('Badge html')
    })

    it('stays open through another share when one is stopped', async () => {
      const one = await share()
      const both = await share({ credentials: ['award-css', 'award-html'], title: 'My pages' })
      await ada.api('delete', `/shares/${one}`)

      expect((await visitor(world.app).get(html)).status).to.equal(200)
      expect((await openings(both)).map(({ credential }) => credential)).to.deep.equal([
        'award-html',
      ])
    })

    it('as a collection, leads to each badge and counts what was opened through it', async () => {
      const alone = await share()
      const id = await share({ credentials: ['award-css', 'award-html'], title: 'My pages' })
      const page = load((await supertest(world.app).get(`/shares/${id}`)).text)

      expect(page('h1').text()).to.equal('My pages')
      expect(page('main').text()).to.contain('Ada Lovelace shows you 2 badges.')
      const links = page('.shown-badge a')
        .toArray()
        .map((link) => page(link).attr('href') ?? '')
      expect(links).to.deep.equal([
        `/credentials/award-css?share=${id}`,
        `/credentials/award-html?share=${id}`,
      ])
      for (const link of links) expect((await visitor(world.app).get(link)).status).to.equal(200)
      expect(await openings(alone)).to.deep.equal([])
      expect((await openings(id)).map(({ format }) => format).sort()).to.deep.equal([
        'collection',
        'page',
        'page',
      ])
    })

    it('can be read by scripts of other sites, which carry no session', async () => {
      await share()
      const shared = await supertest(world.app).get(`${html}.json`)
      const own = await ada.api('get', `${html}.json`)

      expect(shared.headers['access-control-allow-origin']).to.equal('*')
      expect(own.headers['access-control-allow-origin']).to.equal(undefined)
    })

    it('is offered to LinkedIn, under its own address', async () => {
      await share()
      const page = await ada.read(html)
      const link = new URL(page('a[href*="linkedin.com"]').attr('href')!)

      expect(Object.fromEntries(link.searchParams)).to.deep.equal({
        startTask: 'CERTIFICATION_NAME',
        name: 'Badge html',
        organizationName: 'Code Oregon',
        issueYear: '2015',
        issueMonth: '2',
        certUrl: 'http://localhost:3000/credentials/award-html',
        certId: 'award-html',
      })
    })
  })

  describe('is shared', () => {
    const wrong: [string, object, string][] = [
      ['nothing', { credentials: [] }, 'credentials'],
      ['what nobody holds', { credentials: ['award-none'] }, 'credentials[0]'],
      ['an operator', { credentials: [{ $ne: '' }] }, 'credentials[0]'],
      ['until yesterday', { expiresOn: '2015-03-08' }, 'expiresOn'],
      ['for three years', { expiresOn: '2018-03-09' }, 'expiresOn'],
      ['until no day', { expiresOn: '2015-02-30' }, 'expiresOn'],
      ['under a name without end', { title: 'x'.repeat(121) }, 'title'],
      ['for another learner', { learnerId: 'learner-bob' }, 'learnerId'],
    ]
    for (const [title, change, field] of wrong)
      it(`not with ${title}`, async () => {
        const answer = await ada.api('post', '/shares', { credentials: ['award-html'], ...change })

        expect(answer.status).to.equal(422)
        const { errors } = answer.body as { errors: { field: string }[] }
        expect(errors.map((error) => error.field)).to.include(field)
      })

    it('by a form that keeps what was typed and names the field', async () => {
      const wrongEnd = await ada.submit('/shares/new', {
        credentials: ['award-html'],
        title: 'My pages',
        expiresOn: '2014-01-01',
      })
      const none = await ada.submit('/shares/new', { title: '', expiresOn: '2015-04-01' })
      const made = await ada.submit('/shares/new?credential=award-html', {
        credentials: ['award-html'],
        title: '',
        expiresOn: '2015-04-01',
      })

      expect(wrongEnd.status).to.equal(422)
      expect(wrongEnd.text).to.contain('field-expiresOn-error').and.to.contain('My pages')
      expect(none.status).to.equal(422)
      expect(none.text).to.contain('field-credentials-error')
      expect(made.status).to.equal(303)
      const page = await ada.read(made.headers['location']!)
      expect(page('.share-link').text()).to.equal('http://localhost:3000/credentials/award-html')
    })

    it('and managed by its own learner only', async () => {
      const id = await share()
      const bob = await signIn(world.app, credentials(people.bob))

      expect((await bob.get(`/shares/${id}/openings`)).status).to.equal(404)
      expect((await bob.get(`/shares/${id}/stop`)).status).to.equal(404)
      expect((await bob.api('get', `/shares/${id}/openings`)).status).to.equal(404)
      expect((await bob.api('delete', `/shares/${id}`)).status).to.equal(404)
      expect((await visitor(world.app).api('delete', `/shares/${id}`)).status).to.equal(401)
      expect((await visitor(world.app).get(html)).status).to.equal(200)
      const mine = (await bob.api('post', '/shares', { credentials: ['award-html'] })).status
      expect(mine).to.equal(422)
    })

    it('in a list that goes on, newest first', async () => {
      for (const title of ['one', 'two', 'three']) {
        world.clock.at = new Date(world.clock.at.getTime() + 1000)
        await share({ title })
      }
      interface List {
        items: { title: string }[]
        next?: string
      }
      const first = (await ada.api('get', '/me/shares?limit=2')).body as List
      const rest = (await ada.api('get', `/me/shares?limit=2&cursor=${first.next!}`)).body as List

      expect([...first.items, ...rest.items].map(({ title }) => title)).to.deep.equal([
        'three',
        'two',
        'one',
      ])
      expect((await ada.read('/shares'))('#shares tbody tr')).to.have.length(3)
    })
  })
})
