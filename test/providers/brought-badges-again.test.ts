import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import supertest from 'supertest'
import type { JsonObject } from '../../src/credentials/credential.js'
import { signEmbedded } from '../../src/credentials/embedded-proof.js'
import { emptyBits, encodeList, withBits } from '../../src/credentials/status-list.js'
import { guardedGet } from '../../src/http/guarded-get.js'
import { deliverMail } from '../../src/messages/deliver-mail.js'
import { dueBroughtBadges, keepBroughtBadges } from '../../src/providers/brought-badge-store.js'
import { checkBroughtBadges } from '../../src/providers/check-brought-badges.js'
import { evidenceOfLearner, factsOf, withdrawnFactsOf } from '../../src/providers/evidence-store.js'
import { readGuarded } from '../../src/verification/read-address.js'
import { trustIssuer } from '../../src/verification/trust-issuer.js'
import { testApp, type TestApp } from '../support/app.js'
import { password } from '../support/build-access.js'
import { aLearnerAt, keepCourses } from '../support/build-evidence.js'
import {
  aDidDocument,
  anEd25519Key,
  anOutsideBadge,
  embeddedText,
} from '../support/build-issuers.js'
import { emptyDatabase } from '../support/database.js'

const school = 'did:web:school.example.org'
const key = anEd25519Key(school)
const list = 'https://school.example.org/status/1'
const manager = {
  accountId: 'max',
  name: 'Max',
  email: 'max@example.org',
  language: 'en',
  roles: [],
} as const

const statusAt = (address: string) => ({
  id: `${address}#7`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '7',
  statusListCredential: address,
})
const status = statusAt(list)

const aList = async (withdrawn: readonly number[], id = list) =>
  JSON.stringify(
    await signEmbedded(
      {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        id,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer: school,
        validFrom: '2015-01-01T00:00:00Z',
        credentialSubject: {
          id: `${id}#list`,
          type: 'BitstringStatusList',
          statusPurpose: 'revocation',
          encodedList: encodeList(withBits(emptyBits(), withdrawn)),
        },
      },
      key.signing,
      new Date('2015-01-02T03:04:05Z'),
    ),
  )

const stranger = ({ credentialSubject }: JsonObject): JsonObject => ({
  ...(credentialSubject as JsonObject),
  identifier: [
    {
      type: 'IdentityObject',
      hashed: false,
      identityType: 'emailAddress',
      identityHash: 'somebody.else@example.org',
    },
  ],
})

describe('A brought badge, while it counts', () => {
  let app: TestApp
  let ada: Awaited<ReturnType<typeof aLearnerAt>>
  let badge: JsonObject

  async function bring(text: string) {
    const token = await supertest(app.app)
      .post('/api/v1/tokens')
      .send({ email: ada.email, password })
    const { accessToken } = token.body as { accessToken: string }
    return supertest(app.app)
      .post('/api/v1/imports?source=open-badge')
      .set('Authorization', `Bearer ${accessToken}`)
      .set('Content-Type', 'application/octet-stream')
      .send(text)
  }

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp({}, '2016-06-01T12:00:00Z')
    await keepCourses()
    ada = await aLearnerAt(app.app, 'Ada')
    const document = JSON.stringify(aDidDocument(school, [key]))
    await trustIssuer(manager, { issuerId: '', name: 'The School', document }, app.clock.at)
    const whole = anOutsideBadge(school)
    const identifier = [
      {
        type: 'IdentityObject',
        hashed: false,
        identityType: 'emailAddress',
        identityHash: ada.email,
      },
    ]
    const subject = { ...(whole['credentialSubject'] as JsonObject), identifier }
    badge = { ...whole, credentialSubject: subject }
  })

  /** Brings the badge, then keeps it with a status list, which could not be read when it was brought. */
  async function brought(): Promise<void> {
    expect((await bring(await embeddedText(badge, key))).status).to.equal(201)
    const [fact] = await evidenceOfLearner(ada.learnerId)
    const { id = '', communityId = '' } = fact ?? {}
    const text = await embeddedText({ ...badge, credentialStatus: status }, key)
    const kept = { learnerId: ada.learnerId, communityId, title: 'Python', state: 'good' } as const
    await keepBroughtBadges([{ id, ...kept, text, checkAt: app.clock.at }])
  }

  const ask = async (answer: string | undefined) => {
    const read = async () => (answer === undefined ? undefined : { status: 200, text: answer })
    const run = { world: app, signal: new AbortController().signal, touch: async () => undefined }
    await checkBroughtBadges({ ...run, read })
  }
  const nextDay = () => {
    app.clock.at = new Date(app.clock.at.getTime() + 24 * 60 * 60_000)
  }
  const counts = async () => [
    (await factsOf(ada.learnerId)).length,
    (await withdrawnFactsOf(ada.learnerId)).length,
  ]
  const told = async () => {
    await deliverMail()
    return app.mails.filter(({ subject }) => subject.includes('no longer counts'))
  }

  it('is asked about once a day, and stays while its issuer says nothing else', async () => {
    await brought()

    await ask(await aList([6, 8]))
    expect(await dueBroughtBadges(app.clock.at, 10)).to.deep.equal([])
    nextDay()
    expect(await dueBroughtBadges(app.clock.at, 10)).to.have.length(1)
    await ask(undefined)

    expect(await counts()).to.deep.equal([1, 0])
    expect(await told()).to.deep.equal([])
  })

  it('stops counting once its issuer withdrew it, which its learner is told once', async () => {
    await brought()

    await ask(await aList([7]))
    nextDay()
    await ask(await aList([7]))

    expect(await counts()).to.deep.equal([0, 1])
    const mails = await told()
    expect(mails.map(({ to }) => to)).to.have.length(1)
    expect(mails[0]?.to).to.contain(ada.email)
  })

  it('stays withdrawn while nobody can be asked, and counts again when that is lifted', async () => {
    await brought()
    await ask(await aList([7]))
    nextDay()
    await ask(undefined)
    expect(await counts()).to.deep.equal([0, 1])
    nextDay()
    await ask(await aList([]))

    expect(await counts()).to.deep.equal([1, 0])
  })

  it('counts again when its learner brings a good copy', async () => {
    await brought()
    await ask(await aList([7]))
    const again = await bring(
      await embeddedText({ ...badge, validFrom: '2016-02-01T00:00:00Z' }, key),
    )

    expect((again.body as { recorded: number }).recorded).to.equal(1)
    expect(await counts()).to.deep.equal([1, 0])
  })

  describe('whose issuer could not be asked when it was brought', () => {
    const levels = async () => (await factsOf(ada.learnerId)).map(({ level }) => level)
    const bringUnasked = async () =>
      bring(await embeddedText({ ...badge, credentialStatus: status }, key))
    const confirmed = async () => {
      await deliverMail()
      return app.mails.filter(({ subject }) => subject.includes('is verified now'))
    }
    const anHourOn = () => {
      app.clock.at = new Date(app.clock.at.getTime() + 60 * 60_000)
    }

    it('says so with the next step, and counts as self-reported', async () => {
      const answer = await bringUnasked()

      expect((answer.body as { warnings: string[] }).warnings[0]).to.match(
        /does not ask other sites now/,
      )
      expect(await levels()).to.deep.equal(['self-reported'])
    })

    it('counts as verified once the issuer can be asked, which its learner is told once', async () => {
      await bringUnasked()
      anHourOn()
      await ask(undefined)
      expect(await levels()).to.deep.equal(['self-reported'])
      expect(await dueBroughtBadges(app.clock.at, 10)).to.deep.equal([])
      anHourOn()

      await ask(await aList([6]))
      nextDay()
      await ask(await aList([6]))

      expect(await levels()).to.deep.equal(['signature-verified'])
      expect(await confirmed()).to.have.length(1)
    })

    it('stops counting when the issuer turns out to have withdrawn it', async () => {
      await bringUnasked()
      anHourOn()

      await ask(await aList([7]))

      expect(await counts()).to.deep.equal([0, 1])
      expect(await told()).to.have.length(1)
    })

    describe('at a real address', () => {
      let server: Server
      let address: string
      let answer: (() => Promise<string>) | undefined
      const file = (name: string) =>
        readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
      const cert = file('localhost-cert.pem')
      const trust = { ca: cert, mayConnectTo: () => true }
      const read = readGuarded((asked, limits) => guardedGet(asked, { ...limits, trust }))

      before((done) => {
        server = createServer({ key: file('localhost-key.pem'), cert }, (_req, res) => {
          if (answer) void answer().then((text) => res.end(text))
          else res.writeHead(503).end()
        })
        server.listen(0, 'localhost', () => {
          address = `https://localhost:${(server.address() as AddressInfo).port}/status/1`
          done()
        })
      })
      after(() => {
        server.closeAllConnections()
        server.close()
      })

      const askThere = async (withdrawn: readonly number[] | undefined) => {
        answer = withdrawn && (() => aList(withdrawn, address))
        const run = { world: app, signal: new AbortController().signal }
        await checkBroughtBadges({ ...run, touch: async () => undefined, read })
        nextDay()
      }
      const bringThere = async (whose = badge) => {
        await bring(await embeddedText({ ...whose, credentialStatus: statusAt(address) }, key))
        anHourOn()
      }

      it('is verified once it is good again after it was withdrawn, which its learner is told once', async () => {
        await bringThere()
        await askThere([7])
        expect(await counts()).to.deep.equal([0, 1])
        await askThere(undefined)
        expect(await counts()).to.deep.equal([0, 1])

        await askThere([])
        await askThere([])

        expect(await levels()).to.deep.equal(['signature-verified'])
        expect([(await told()).length, (await confirmed()).length]).to.deep.equal([1, 1])
      })

      it('counts as self-reported again when it names somebody else by then', async () => {
        await bringThere()
        await askThere([7])
        const [kept] = await dueBroughtBadges(new Date('2017-01-01'), 10)
        const other = { ...badge, credentialSubject: stranger(badge) }
        const text = await embeddedText({ ...other, credentialStatus: statusAt(address) }, key)
        await keepBroughtBadges([{ ...kept!, text }])

        await askThere([])

        expect([await counts(), await levels()]).to.deep.equal([[1, 0], ['self-reported']])
        expect(await confirmed()).to.deep.equal([])
        const [waiting] = await dueBroughtBadges(app.clock.at, 10)
        expect(waiting?.state).to.equal('unconfirmed')
      })
    })

    it('stays as it is when the badge names somebody else by now, or is brought again', async () => {
      await bringUnasked()
      const [badgeKept] = await dueBroughtBadges(new Date('2017-01-01'), 10)
      const other = { ...badge, credentialStatus: status, credentialSubject: stranger(badge) }
      await keepBroughtBadges([{ ...badgeKept!, text: await embeddedText(other, key) }])
      await bringUnasked()
      anHourOn()

      await ask(await aList([6]))

      expect(await levels()).to.deep.equal(['self-reported'])
    })
  })

  it('is believed only from a list that its issuer signed', async () => {
    await brought()
    await ask(
      (await aList([])).replace(
        /"encodedList":"[^"]+"/,
        `"encodedList":"${encodeList(withBits(emptyBits(), [7]))}"`,
      ),
    )

    expect(await counts()).to.deep.equal([1, 0])
  })
})
