import { expect } from 'chai'
import { load } from 'cheerio'
import supertest from 'supertest'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { bakePng } from '../../src/credentials/png-bake.js'
import { insertShare } from '../../src/sharing/share-store.js'
import { bakeSvg } from '../../src/credentials/svg-bake.js'
import { paths } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import { askVerdict } from '../support/ask-verdict.js'
import { community, credentials } from '../support/build-access.js'
import { aPng, aSvg } from '../support/build-badge-files.js'
import { adaFinished, adaId, keepWorld, people } from '../support/build-record.js'
import { countAll, emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

interface Asked {
  readonly file?: string | Buffer
  readonly text?: string
  readonly email?: string
}

describe('The page that checks a badge', () => {
  let it_: TestApp
  let embedded = ''

  before(async () => {
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css'])
    it_ = testApp()
    embedded = (await issueCredential('award-html', it_)).copy.embedded
  })

  /** Sends the form as a browser without JavaScript does, from nowhere in particular and without any cookie. */
  async function check({ file, text = '', email = '' }: Asked, path: string = paths.verify) {
    const form = supertest(it_.app).post(path).field('text', text).field('email', email)
    const answer = await (file === undefined
      ? form.attach('file', Buffer.alloc(0), '')
      : form.attach('file', Buffer.from(file as string), 'badge'))
    const $ = load(answer.text)
    return {
      status: answer.status,
      main: $('main').text().replace(/\s+/g, ' '),
      html: answer.text,
      $,
    }
  }

  it('is the same for everybody, so that it may be cached, and needs no cookie', async () => {
    const first = await supertest(it_.app).get(paths.verify)
    const again = await supertest(it_.app)
      .get(paths.verify)
      .set('If-None-Match', String(first.headers['etag']))

    expect([first.status, again.status]).to.deep.equal([200, 304])
    expect(first.headers).not.to.have.property('set-cookie')
    expect(first.text).not.to.contain('_csrf')
  })

  it('says that a genuine badge is genuine, what it shows and who signed it', async () => {
    const { status, main } = await check({
      file: bakePng(aPng(), embedded),
      email: people.ada.email,
    })

    expect(status).to.equal(200)
    expect(main).to.contain('This badge is genuine')
    for (const words of [
      'Badge html',
      'Signed by',
      'Provider-confirmed',
      'The issuer publishes this key',
    ])
      expect(main).to.contain(words)
    expect(main).to.contain('It was given to the e-mail address you typed')
  })

  it('speaks Spanish at its Spanish address', async () => {
    const { main, $ } = await check({ text: embedded }, `/es${paths.verify}`)

    expect($('html').attr('lang')).to.equal('es')
    expect(main).to.contain('Esta insignia es auténtica')
  })

  it('shows nothing of a forged badge', async () => {
    const { status, main } = await check({
      text: embedded.replaceAll('Badge html', 'Badge forged'),
    })

    expect(status).to.equal(200)
    expect(main).to.contain('Do not rely on this badge')
    expect(main).not.to.contain('Badge forged').and.not.to.contain('Signed by')
  })

  it('says when a badge belongs to somebody else, and keeps no address', async () => {
    const { main, html } = await check({ text: embedded, email: 'else@example.org' })

    expect(main).to.contain('This badge belongs to somebody else')
    expect(html).not.to.contain('else@example.org')
  })

  it('never puts a hostile picture on the page', async () => {
    const { html, main } = await check({
      file: bakeSvg(aSvg('<script>alert(1)</script>', ' onload="x()"'), embedded),
    })

    expect(main).to.contain('This badge is genuine')
    expect(html).not.to.contain('alert(1)').and.not.to.contain('onload')
  })

  it('shows text of a badge as text', async () => {
    const { html } = await check({
      text: '{"type":"Assertion","id":"x","badge":{"name":"<script>alert(1)</script>"},"recipient":{},"issuedOn":"2015-01-01","verification":{}}',
    })

    expect(html).to.contain('&lt;script&gt;alert(1)')
    expect(html).not.to.contain('<script>alert(1)')
  })

  const wrong: readonly [string, Asked, number, RegExp][] = [
    ['nothing', {}, 422, /Choose a file or paste a text/],
    ['a picture without a badge', { file: aPng() }, 422, /no credential in this image/],
    ['broken text', { text: '{"a":' }, 422, /not valid JSON/],
    ['a file that is too large', { file: Buffer.alloc(2_200_000, 32) }, 413, /larger than/],
    ['a link to elsewhere', { text: 'https://example.org/badge' }, 422, /badges on this site only/],
    [
      'a link to our own pages',
      { text: 'http://localhost:3000/tracks' },
      422,
      /badges on this site only/,
    ],
  ]
  for (const [what, asked, status, words] of wrong)
    it(`shows the form again for ${what}`, async () => {
      const answer = await check(asked)

      expect(answer.status).to.equal(status)
      expect(answer.main).to.match(words)
      expect(answer.$('form input[type=file]')).to.have.length(1)
    })

  it('takes no other form', async () => {
    const answer = await supertest(it_.app).post(paths.verify).type('form').send({ text: embedded })

    expect(answer.status).to.be.oneOf([400, 403])
  })

  describe('given a link', () => {
    const link = (id: string) => `http://localhost:3000/credentials/${id}`
    const share = (change = {}) =>
      insertShare({
        id: `share-${String(Object.keys(change))}`,
        learnerId: adaId,
        communityId: community,
        title: 'For work',
        credentialIds: ['award-html'],
        expiresOn: '2015-06-01',
        createdAt: it_.clock.at,
        ...change,
      })

    it('says nothing of a badge that is not shared, as of one that does not exist', async () => {
      const [closed, unknown] = [
        await check({ text: link('award-css') }),
        await check({ text: link('nothing') }),
      ]

      expect([closed.status, unknown.status]).to.deep.equal([422, 422])
      expect(closed.main).to.contain('shows nothing now')
      expect(unknown.main).to.contain('shows nothing now')
    })

    it('checks the badge while it is shared, for its learner always, and counts who looked', async () => {
      await share()
      const own = await signIn(it_.app, credentials(people.ada))

      for (const text of [
        link('award-html'),
        `${link('award-html')}.json`,
        'http://localhost:3000/es/credentials/award-html',
      ])
        expect((await check({ text })).main).to.contain('This badge is genuine')
      expect((await askVerdict(it_.app, link('award-html'))).overall).to.equal('pass')
      expect(await countAll('share-openings')).to.be.greaterThan(0)
      const token = await own.api('get', '/me')
      expect(token.status).to.equal(200)
    })

    it('follows the link of a collection of one badge, and asks for one of several', async () => {
      await share({ credentialIds: ['award-html', 'award-css'] })

      expect((await check({ text: 'http://localhost:3000/shares/share-' })).main).to.contain(
        'genuine',
      )
      expect(
        (await check({ text: 'http://localhost:3000/shares/share-credentialIds' })).main,
      ).to.contain('several badges')
    })

    it('is filled in from the address of the page', async () => {
      const $ = load(
        (await supertest(it_.app).get(`${paths.verify}?link=${encodeURIComponent(link('x'))}`))
          .text,
      )

      expect($('textarea[name=text]').text().trim()).to.equal(link('x'))
    })
  })
})
