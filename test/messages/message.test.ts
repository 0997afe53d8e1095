import { expect } from 'chai'
import fc from 'fast-check'
import { say } from '../../src/http/language.js'
import { mailText } from '../../src/messages/mail-text.js'
import words from '../../views/locales/en/mail.json' with { type: 'json' }
import { lastTry, retryAfter, stateAfterFailure } from '../../src/messages/message.js'
import type { OutboxEntry } from '../../src/messages/outbox.js'
import { tokenFor } from '../../src/access/one-time-token.js'

const setting = { say, baseUrl: 'https://waymark.example', secret: 'a secret' }

const anEntry = (change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id: 'm1',
  template: 'reset',
  to: { email: 'ada@example.org', name: 'Ada', language: 'en' },
  params: { path: '/reset-password/ada/{token}', nonce: 'n1' },
  ...change,
})

describe('a message: when it is tried again', () => {
  for (const [tries, seconds] of [
    [1, 30],
    [2, 60],
    [5, 480],
    [10, 15_360],
    [11, 21_600],
    [50, 21_600],
  ] as const) {
    it(`${String(seconds)} s after try ${String(tries)}`, () => {
      expect(retryAfter(tries)).to.equal(seconds)
    })
  }

  it('keeps trying for more than a day, and less than three', () => {
    const all = Array.from({ length: lastTry - 1 }, (_, at) => retryAfter(at + 1))
    const days = all.reduce((sum, seconds) => sum + seconds, 0) / 86_400

    expect(days).to.be.within(1, 3)
  })

  for (const [code, tries, state] of [
    [undefined, 1, 'waiting'],
    [421, 1, 'waiting'],
    [535, 1, 'waiting'],
    [550, 1, 'dead'],
    [553, 1, 'dead'],
    [undefined, lastTry, 'dead'],
    [451, lastTry, 'dead'],
  ] as const) {
    it(`is ${state} after answer ${String(code)} to try ${String(tries)}`, () => {
      expect(stateAfterFailure(tries, code)).to.equal(state)
    })
  }
})

describe('a mail: what it says', () => {
  it("is in the person's language, its link too", () => {
    const entry = anEntry({ to: { email: 'ada@example.org', name: 'Ada', language: 'es' } })
    const mail = mailText(entry, setting)

    expect(mail.subject).to.equal('Elija una contraseña nueva para Waymark')
    expect(mail.text).to.match(/^Hola, Ada:\n\n/)
    expect(mail.text).to.contain('https://waymark.example/es/reset-password/ada/')
  })

  it('carries the one-time token that the nonce stands for', () => {
    const token = tokenFor('n1', 'a secret')

    expect(mailText(anEntry(), setting).text).to.contain(`/reset-password/ada/${token}`)
    expect(mailText(anEntry(), { ...setting, secret: 'other' }).text).to.not.contain(token)
  })

  it('translates what is a key, and leaves what people wrote as it is', () => {
    const mail = mailText(
      anEntry({
        template: 'invitation',
        params: {
          path: '/',
          inviter: 'Mary $t(mail:reset.subject) {{link}}',
          role: 'access:role.staff',
          organization: 'The <b>Center</b>',
        },
      }),
      setting,
    )

    expect(mail.text).to.contain('as job center staff at The <b>Center</b>')
    expect(mail.text).to.contain('Mary $t(mail:reset.subject)')
    expect(mail.text).to.not.contain('Choose a new password')
  })

  it('keeps its subject on one line, whatever fills it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('\r\nBcc: all@example.org', '\n', '\r'),
        (text, end) => {
          const params = { path: '/', organization: text + end + text }
          const { subject } = mailText(
            anEntry({ template: 'organizationApproved', params }),
            setting,
          )
          expect(subject).to.not.match(/[\r\n]/)
        },
      ),
    )
  })
})

describe('the words of mails', () => {
  const mails = Object.keys(words).filter((template) => template !== 'frame')

  for (const language of ['en', 'es'] as const) {
    for (const template of mails) {
      it(`make a mail "${template}" in ${language} with its link`, () => {
        const to = { email: 'ada@example.org', name: 'Ada', language }
        const mail = mailText(anEntry({ template, to }), setting)

        expect(mail.text).to.contain('https://waymark.example/')
        expect(mail.subject.length).to.be.within(5, 100)
      })
    }
  }

  it('are missing for a template nobody wrote: the message then says so', () => {
    expect(() => mailText(anEntry({ template: 'nothing' }), setting)).to.throw(/no words for mail/)
  })
})
