import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { SMTPServer } from 'smtp-server'
import { announceTo } from '../../src/access/account-secret-store.js'
import { accountOutbox, insertAccounts } from '../../src/access/account-store.js'
import { say } from '../../src/http/language.js'
import { mailer } from '../../src/messages/mailer.js'
import { findMessage, insertMessages, takeDueMessage } from '../../src/messages/message-store.js'
import { leaseSeconds } from '../../src/messages/message.js'
import type { OutboxEntry } from '../../src/messages/outbox.js'
import { relayOutbox } from '../../src/messages/relay-outbox.js'
import { sendMessages } from '../../src/messages/send-messages.js'
import type { Mail } from '../../src/ports.js'
import { anAccount, keep } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'

const setting = { say, baseUrl: 'https://waymark.example', secret: 'a secret' }
const start = new Date('2015-03-09T19:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)

const anEntry = (id: string, email = 'ada@example.org'): OutboxEntry => ({
  id,
  template: 'alreadyRegistered',
  to: { email, name: 'Ada', language: 'en' },
  params: { path: '/sign-in' },
})

interface Received {
  readonly to: string[]
  readonly text: string
}

/** A real mail server on a port of its own; `answer` says what it thinks of the n-th mail. */
async function mailServer(answer: (n: number, to: string) => Error | undefined = () => undefined) {
  const received: Received[] = []
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map((one) => one.address)
        count += 1
        const problem = answer(count, to[0] ?? '')
        if (!problem) received.push({ to, text: Buffer.concat(parts).toString('utf8') })
        done(problem)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    received,
    url: `smtp://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(resolve)
      }),
  }
}

const refusal = (code: number) =>
  Object.assign(new Error(`refused with ${String(code)}`), { responseCode: code })

const mailerTo = (smtpUrl: string) =>
  mailer({ smtpUrl, mailFrom: 'Waymark <no-reply@waymark.example>', dataDir: '/nowhere' })

describe('the outbox', () => {
  beforeEach(emptyDatabase)

  it('becomes messages once, however often and by however many it is relayed', async () => {
    const [ada] = await keep(anAccount('Ada Ortiz', 'mentor'))
    await announceTo(ada.id, anEntry('m1'))
    await announceTo(ada.id, anEntry('m2'))

    await Promise.all([1, 2, 3].map(() => relayOutbox([accountOutbox], start)))

    expect(await findMessage('m1')).to.deep.include({ state: 'waiting', tries: 0 })
    expect(await findMessage('m2')).to.deep.include({ state: 'waiting', tries: 0 })
    expect(await accountOutbox.waiting(10)).to.deep.equal([])
  })

  it('leaves a message alone that was made by a relay which then died', async () => {
    const [ada] = await keep(anAccount('Ada Ortiz', 'mentor'))
    await announceTo(ada.id, anEntry('m1'))
    await insertMessages([anEntry('m1')], start)
    await takeDueMessage(start, later(60))

    await relayOutbox([accountOutbox], later(1))

    expect(await findMessage('m1')).to.deep.include({ tries: 1, nextAt: later(60) })
    expect(await accountOutbox.waiting(10)).to.deep.equal([])
  })

  it('is relayed whole when it is longer than one batch', async () => {
    const people = Array.from({ length: 210 }, (_, at) =>
      anAccount(`Person ${String(at)}`, 'mentor'),
    )
    await insertAccounts(people)
    for (const person of people) await announceTo(person.id, anEntry(`m-${person.id}`))

    expect(await relayOutbox([accountOutbox], start)).to.equal(210)
  })
})

describe('sending', () => {
  beforeEach(emptyDatabase)

  const send = async (url: string, at: Date) => {
    const mails = mailerTo(url)
    try {
      return await sendMessages(
        { now: () => at, sendMail: (mail) => mails.sendMail(mail) },
        setting,
      )
    } finally {
      mails.close()
    }
  }

  it('hands each message to a real mail server once', async () => {
    const server = await mailServer()
    const ids = Array.from({ length: 25 }, (_, at) => `m${String(at)}`)
    await insertMessages(
      ids.map((id) => anEntry(id, `${id}@example.org`)),
      start,
    )

    const [one, other] = await Promise.all([send(server.url, start), send(server.url, start)])
    await server.close()

    expect(one + other).to.equal(25)
    const receivers = server.received.flatMap((mail) => mail.to)
    expect(receivers.sort()).to.deep.equal(ids.map((id) => `${id}@example.org`).sort())
    expect(server.received[0]?.text).to.contain('From: Waymark <no-reply@waymark.example>')
    expect(server.received[0]?.text).to.match(/Message-ID: <m\d+@waymark\.example>/)
    expect(await findMessage('m3')).to.deep.include({ state: 'sent', tries: 1, sentAt: start })
  })

  it('gets everything through a server that fails at random, with waits in between', async () => {
    // Fails the 1st, 2nd, 4th, 5th, 7th … mail: a fixed pattern, so that the test is the same every time.
    const server = await mailServer((n) => (n % 3 === 0 ? undefined : refusal(451)))
    const ids = Array.from({ length: 12 }, (_, at) => `m${String(at)}`)
    await insertMessages(
      ids.map((id) => anEntry(id)),
      start,
    )

    let rounds = 0
    let sent = 0
    for (let at = 0; sent < 12 && rounds < 200; at += 600, rounds += 1) {
      sent += await send(server.url, later(at))
    }
    await server.close()

    expect(sent).to.equal(12)
    expect(server.received).to.have.length(12)
    for (const id of ids) expect((await findMessage(id))?.state).to.equal('sent')
  })

  it('waits before it tries again, and says what the server said', async () => {
    const server = await mailServer(() => refusal(451))
    await insertMessages([anEntry('m1')], start)

    expect(await send(server.url, start)).to.equal(0)
    const first = await findMessage('m1')
    await send(server.url, later(29))
    const tooEarly = await findMessage('m1')
    await send(server.url, later(30))
    const second = await findMessage('m1')
    await server.close()

    expect(first).to.deep.include({ state: 'waiting', tries: 1, nextAt: later(30) })
    expect(first?.lastError).to.contain('refused with 451')
    expect(tooEarly?.tries).to.equal(1)
    expect(second).to.deep.include({ tries: 2, nextAt: later(90) })
  })

  it('gives up at once on a mailbox that does not exist, and sends the others', async () => {
    const server = await mailServer((_, to) =>
      to === 'gone@example.org' ? refusal(550) : undefined,
    )
    await insertMessages([anEntry('m1', 'gone@example.org'), anEntry('m2')], start)

    await send(server.url, start)
    await server.close()

    expect((await findMessage('m1'))?.state).to.equal('dead')
    expect((await findMessage('m2'))?.state).to.equal('sent')
  })

  it('waits while there is no server at all', async () => {
    await insertMessages([anEntry('m1')], start)
    const server = await mailServer()
    await server.close()

    await send(server.url, start)

    expect(await findMessage('m1')).to.deep.include({ state: 'waiting', tries: 1 })
  })

  it('sends a message again whose sender died in mid-send, under the same id', async () => {
    await insertMessages([anEntry('m1')], start)
    await takeDueMessage(start, later(leaseSeconds))
    const mails: Mail[] = []
    const sendMail = async (mail: Mail) => void mails.push(mail)

    await sendMessages({ now: () => later(leaseSeconds - 1), sendMail }, setting)
    expect(mails).to.deep.equal([])
    await sendMessages({ now: () => later(leaseSeconds), sendMail }, setting)

    expect(mails.map((mail) => mail.messageId)).to.deep.equal(['m1'])
  })
})

describe('mail without a mail server', () => {
  const folder = makeFolder('mail')
  const mails = mailer({ smtpUrl: undefined, mailFrom: 'no-reply@localhost', dataDir: folder })
  const mail: Mail = {
    to: 'ada@example.org\r\nBcc: all@example.org',
    subject: 'Contraseña',
    text: 'Open https://waymark.example/x?a=b',
    messageId: 'm1',
  }

  it('is written to DATA_DIR/mail, one readable file a mail, for the owner only', async () => {
    await mails.sendMail(mail)
    await mails.sendMail({ ...mail, text: 'again' })

    const files = readdirSync(join(folder, 'mail'))
    const text = readFileSync(join(folder, 'mail', 'm1.eml'), 'utf8')
    expect(files).to.deep.equal(['m1.eml'])
    expect(text).to.contain('Subject: Contraseña\n').and.contain('x?a=b')
    expect(text.split('\n').filter((line) => line.startsWith('Bcc'))).to.deep.equal([])
    expect(statSync(join(folder, 'mail', 'm1.eml')).mode & 0o077).to.equal(0)
  })
})
