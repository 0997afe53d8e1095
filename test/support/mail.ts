import { mailSettled } from '../../src/messages/deliver-mail.js'
import type { Mail } from '../../src/ports.js'
import type { TestWorld } from './app.js'

/** The mails sent so far to this address, once nothing is on its way. */
export async function mailsTo(world: TestWorld, email: string): Promise<Mail[]> {
  await mailSettled()
  return world.mails.filter((mail) => mail.to === email)
}

/** The path in the last mail to this address, without the host. Fails when there is none. */
export async function linkTo(world: TestWorld, email: string): Promise<string> {
  const mail = (await mailsTo(world, email)).at(-1)
  const link = /https?:\/\/[^/\s]+(\/\S+)/.exec(mail?.text ?? '')?.[1]
  if (link === undefined) throw new Error(`no link was mailed to ${email}`)
  return link
}
