import type { OutboxEntry } from '../messages/outbox.js'
import { accountFields, Accounts, toAccount, type AccountRow } from './account-store.js'
import type { Account } from './account.js'
import type { OneTimeToken } from './one-time-token.js'

/** Keeps the token of a confirmation or reset mail, in place of an older one, with the mail that carries it. */
export async function putToken(
  accountId: string,
  kind: 'confirmation' | 'reset',
  token: OneTimeToken,
  mail: OutboxEntry,
): Promise<void> {
  await Accounts.updateOne(
    { _id: accountId, state: 'active' },
    { $set: { [kind]: token }, $push: { outbox: mail } },
  )
}

const unused = (kind: 'confirmation' | 'reset', hash: string, now: Date) => ({
  [`${kind}.hash`]: hash,
  [`${kind}.expiresAt`]: { $gt: now },
})

/** True while the reset token works. */
export async function isResetOpen(accountId: string, hash: string, now: Date): Promise<boolean> {
  const filter = { _id: accountId, state: 'active' as const, ...unused('reset', hash, now) }
  return (await Accounts.exists(filter)) !== null
}

const byConfirmation = (accountId: string, hash: string, now: Date) =>
  ({ _id: accountId, state: 'active', ...unused('confirmation', hash, now) }) as const

/** The account that this confirmation token is for; undefined when it was used, is too old or never was. */
export async function findConfirmation(
  accountId: string,
  hash: string,
  now: Date,
): Promise<Account | undefined> {
  const row = await Accounts.findOne(
    byConfirmation(accountId, hash, now),
    accountFields,
  ).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** Uses the confirmation token up; false when it was used, is too old or never was. */
export async function useConfirmation(
  accountId: string,
  hash: string,
  now: Date,
): Promise<boolean> {
  const done = await Accounts.updateOne(byConfirmation(accountId, hash, now), {
    $set: { emailConfirmedAt: now },
    $unset: { confirmation: 1 },
  })
  return done.modifiedCount === 1
}

/**
 * Uses the reset token up and sets the password in the same update, which also ends every session and token; undefined
 * when the token was used, is too old or never was.
 */
export async function useReset(
  accountId: string,
  hash: string,
  passwordHash: string,
  mail: (account: Account) => OutboxEntry,
  now: Date,
): Promise<Account | undefined> {
  const account = await Accounts.findById(accountId, accountFields).lean<AccountRow>()
  if (!account) return undefined
  const row = await Accounts.findOneAndUpdate(
    { _id: accountId, state: 'active', ...unused('reset', hash, now) },
    {
      $set: { passwordHash },
      $unset: { reset: 1 },
      $inc: { sessionVersion: 1 },
      $push: { outbox: mail(toAccount(account)) },
    },
    { returnDocument: 'after', projection: accountFields },
  ).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** Sets a new password and ends every session and token, unless the password was changed since `sessionVersion`. */
export async function savePassword(
  { id, sessionVersion }: Pick<Account, 'id' | 'sessionVersion'>,
  passwordHash: string,
  mail: OutboxEntry,
): Promise<Account | undefined> {
  const row = await Accounts.findOneAndUpdate(
    { _id: id, sessionVersion, state: 'active' },
    {
      $set: { passwordHash },
      $unset: { reset: 1 },
      $inc: { sessionVersion: 1 },
      $push: { outbox: mail },
    },
    { returnDocument: 'after', projection: accountFields },
  ).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** Announces a mail to the account with this address, if there is one. */
export async function announceTo(accountId: string, mail: OutboxEntry): Promise<void> {
  await Accounts.updateOne({ _id: accountId }, { $push: { outbox: mail } })
}

/** Ends every session and token of an account. */
export async function endSessions(accountId: string): Promise<void> {
  await Accounts.updateOne({ _id: accountId }, { $inc: { sessionVersion: 1 } })
}
