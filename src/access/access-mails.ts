import { paths, to } from '../http/paths.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Account } from './account.js'

type Recipient = Pick<Account, 'id' | 'email' | 'name' | 'language' | 'roles'>

const mailTo = (
  account: Recipient,
  id: string,
  template: string,
  params: OutboxEntry['params'],
): OutboxEntry => {
  const communityId = account.roles[0]?.communityId
  const { email, name, language } = account
  return {
    id,
    template,
    to: { email, name, language },
    params,
    ...(communityId && { communityId }),
  }
}

const token = '{token}'

/** A link with a one-time token: the mail's own id is the nonce. The encoded braces are put back for the mail text. */
const withToken = (pattern: string, account: Recipient) =>
  to(pattern, { account: account.id, token }).replace(encodeURIComponent(token), token)

/** Asks the person to confirm that the address is theirs. */
export const confirmationMail = (account: Recipient, id: string): OutboxEntry =>
  mailTo(account, id, 'confirm', { path: withToken(paths.confirmEmail, account), nonce: id })

/** Lets the person choose a new password. */
export const resetMail = (account: Recipient, id: string): OutboxEntry =>
  mailTo(account, id, 'reset', { path: withToken(paths.resetPassword, account), nonce: id })

/** Tells the person that somebody tried to register their address again. */
export const alreadyRegisteredMail = (account: Recipient, id: string): OutboxEntry =>
  mailTo(account, id, 'alreadyRegistered', { path: paths.signIn })

/** Tells the person that their password was changed. */
export const passwordChangedMail = (account: Recipient, id: string): OutboxEntry =>
  mailTo(account, id, 'passwordChanged', { path: paths.forgotPassword })
