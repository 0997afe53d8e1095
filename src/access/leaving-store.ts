import type { OutboxEntry } from '../messages/outbox.js'
import { Accounts } from './account-store.js'
import { listedUnder, type Account } from './account.js'

/** Closes the account of somebody who leaves: every session ends, no list shows them, the mail goes out. Once. */
export async function closeForLeaving(id: string, at: Date, mail: OutboxEntry): Promise<void> {
  await Accounts.updateOne(
    { _id: id, leavingAt: { $exists: false } },
    {
      $set: { state: 'deactivated', leavingAt: at, listedUnder: [] },
      $inc: { sessionVersion: 1 },
      $push: { outbox: mail },
    },
  )
}

/** Opens the account of somebody who came back. */
export async function openAfterLeaving({
  id,
  roles,
}: Pick<Account, 'id' | 'roles'>): Promise<void> {
  await Accounts.updateOne(
    { _id: id, leavingAt: { $exists: true } },
    {
      $set: { state: 'active', listedUnder: listedUnder(roles) },
      $unset: { leavingAt: 1 },
      $inc: { sessionVersion: 1 },
    },
  )
}
