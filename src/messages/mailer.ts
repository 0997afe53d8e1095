import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Mail } from '../ports.js'

export interface MailerConfig {
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly dataDir: string
}

export interface Mailer {
  /** Throws when the mail was not accepted; `responseCode` is then the SMTP answer, if there was one. */
  sendMail(mail: Mail): Promise<void>
  close(): void
}

/** Sends by SMTP_URL, or writes each mail to DATA_DIR/mail/<message id>.eml when there is none. */
export const mailer = (config: MailerConfig): Mailer =>
  config.smtpUrl === undefined
    ? mailToFiles(join(config.dataDir, 'mail'), config.mailFrom)
    : mailBySmtp(config.smtpUrl, config.mailFrom)

const domainOf = (from: string) => /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost'

const messageIdOf = (mail: Mail, from: string) => `<${mail.messageId}@${domainOf(from)}>`

function mailBySmtp(url: string, from: string): Mailer {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 4,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
    },
    { from },
  )
  return {
    async sendMail(mail) {
      await transport.sendMail({
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        messageId: messageIdOf(mail, from),
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    },
    close: () => {
      transport.close()
    },
  }
}

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ')

function mailToFiles(folder: string, from: string): Mailer {
  return {
    async sendMail(mail) {
      const file = join(folder, `${mail.messageId.replace(/[^\w-]/g, '_')}.eml`)
      const isThere = await access(file).then(
        () => true,
        () => false,
      )
      if (isThere) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const head = [
        `From: ${from}`,
        `To: ${oneLine(mail.to)}`,
        `Subject: ${oneLine(mail.subject)}`,
        `Message-ID: ${messageIdOf(mail, from)}`,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
      ]
      await writeFile(`${file}.new`, `${head.join('\n')}\n\n${mail.text}\n`, { mode: 0o600 })
      await rename(`${file}.new`, file)
    },
    close: () => undefined,
  }
}
