import { tokenFor } from '../access/one-time-token.js'
import type { Mail } from '../ports.js'
import type { OutboxEntry } from './outbox.js'

/** Words in a language: translates a locale key, gives anything else back as it is. */
export type Say = (
  language: 'en' | 'es',
  text: string,
  params?: Readonly<Record<string, string | number>>,
) => string

export interface MailSetting {
  readonly say: Say
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** Makes the one-time tokens in links. */
  readonly secret: string
}

/** The mail an outbox entry stands for, in the person's language. Throws when mail.json has no words for it. */
export function mailText(entry: OutboxEntry, { say, baseUrl, secret }: MailSetting): Mail {
  const { language, name, email } = entry.to
  const { path, nonce, ...given } = entry.params
  const params = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      typeof value === 'string' ? say(language, value) : value,
    ]),
  )
  const token = nonce === undefined ? '' : tokenFor(String(nonce), secret)
  const inLanguage = language === 'en' ? '' : `/${language}`
  const link = `${baseUrl}${inLanguage}${String(path ?? '/').replace('{token}', token)}`
  const filled = { ...params, name, link }
  const part = (key: string) => {
    const words = say(language, `mail:${key}`, filled)
    if (words === `mail:${key}`) throw new Error(`no words for mail ${key} in ${language}`)
    return words
  }
  return {
    to: email,
    subject: part(`${entry.template}.subject`).replace(/\s+/g, ' '),
    text: [part('frame.greeting'), part(`${entry.template}.body`), part('frame.signature')].join(
      '\n\n',
    ),
    messageId: entry.id,
  }
}
