import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  listedUnder,
  normalEmail,
  searchNames,
  sortName,
  type Account,
  type NewAccount,
} from './account.js'
import { roles, type Role, type RoleAt } from './actor.js'
import type { Change } from './change.js'
import { historyFields, historyIndex, type WithHistory } from './change-store.js'
import type { OneTimeToken } from './one-time-token.js'

export interface AccountRow extends Omit<Account, 'id'>, WithHistory {
  readonly _id: string
  readonly passwordHash?: string
  readonly confirmation?: OneTimeToken
  readonly reset?: OneTimeToken
  readonly outbox: readonly OutboxEntry[]
  readonly sortName: string
  readonly fromSecond: string
  readonly fromLast: string
  readonly listedUnder: readonly string[]
}

const text = { type: String, required: true } as const
const sealed = { _id: false, strict: 'throw' } as const

const roleSchema = new mongoose.Schema<RoleAt>(
  { role: { type: String, enum: roles, required: true }, organizationId: text, communityId: text },
  sealed,
)
const token = { hash: text, expiresAt: { type: Date, required: true } } as const

const schema = new mongoose.Schema<AccountRow>(
  {
    _id: text,
    email: text,
    emailConfirmedAt: Date,
    passwordHash: String,
    name: text,
    language: { type: String, enum: ['en', 'es'], required: true },
    roles: [roleSchema],
    rolesVersion: { type: Number, required: true },
    learnerId: String,
    sessionVersion: { type: Number, required: true },
    state: { type: String, enum: ['active', 'deactivated'], required: true },
    leavingAt: Date,
    demonstration: { type: Boolean, required: true },
    joinedAt: { type: Date, required: true },
    confirmation: new mongoose.Schema<OneTimeToken>(token, sealed),
    reset: new mongoose.Schema<OneTimeToken>(token, sealed),
    outbox: [outboxEntrySchema],
    sortName: text,
    fromSecond: text,
    fromLast: text,
    listedUnder: [String],
    ...historyFields,
  },
  { collection: 'accounts', strict: 'throw', versionKey: false },
)
schema.index({ email: 1 }, { unique: true })
schema.index({ listedUnder: 1, state: 1, sortName: 1, _id: 1 })
schema.index({ listedUnder: 1, sortName: 1, _id: 1 })
schema.index({ listedUnder: 1, fromSecond: 1, _id: 1 })
schema.index({ listedUnder: 1, fromLast: 1, _id: 1 })
schema.index({ listedUnder: 1, email: 1 })
schema.index({ 'roles.organizationId': 1 })
schema.index({ demonstration: 1 }, { partialFilterExpression: { demonstration: true } })
schema.index(...historyIndex)
schema.index(...outboxIndex)

/** For the stores of access/ only: tokens and people's lists are kept in stores of their own. */
export const Accounts = mongoose.model('Account', schema)

export const accountOutbox = outboxIn('Account')

export const accountFields = {
  email: 1,
  emailConfirmedAt: 1,
  name: 1,
  language: 1,
  roles: 1,
  rolesVersion: 1,
  learnerId: 1,
  sessionVersion: 1,
  state: 1,
  leavingAt: 1,
  demonstration: 1,
  joinedAt: 1,
} as const

export const toAccount = (row: AccountRow): Account => ({
  id: row._id,
  email: row.email,
  ...(row.emailConfirmedAt && { emailConfirmedAt: row.emailConfirmedAt }),
  name: row.name,
  language: row.language,
  roles: row.roles,
  rolesVersion: row.rolesVersion,
  ...(row.learnerId !== undefined && { learnerId: row.learnerId }),
  sessionVersion: row.sessionVersion,
  state: row.state,
  ...(row.leavingAt && { leavingAt: row.leavingAt }),
  demonstration: row.demonstration,
  joinedAt: row.joinedAt,
})

const toRow = ({ id, ...account }: NewAccount, outbox: readonly OutboxEntry[]): AccountRow => {
  const email = normalEmail(account.email)
  return {
    _id: id,
    ...account,
    email,
    rolesVersion: 1,
    sessionVersion: 1,
    state: 'active',
    outbox,
    sortName: sortName(account.name),
    ...searchNames(account.name),
    listedUnder: listedUnder(account.roles),
  }
}

/** The account, or undefined; deactivated ones too. */
export async function findAccount(id: string): Promise<Account | undefined> {
  const row = await Accounts.findById(id, accountFields).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** As findAccount, for an id at a path of what was read before, to ride along with that. */
export const accountRead = (path: string): JointRead<Account | undefined> => ({
  from: Accounts.collection.name,
  join: { field: '_id', path },
  fields: accountFields,
  take: ([row]) => (row === undefined ? undefined : toAccount(row as AccountRow)),
})

/** The account with this address, however it was typed. */
export async function findAccountByEmail(email: string): Promise<Account | undefined> {
  const row = await Accounts.findOne(
    { email: normalEmail(email) },
    accountFields,
  ).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** Whose learner record each of these confirmed addresses signs in to, by address; others are left out. */
export async function learnersByAddress(emails: readonly string[]): Promise<Map<string, string>> {
  const rows = await Accounts.find(
    {
      email: { $in: [...new Set(emails.map(normalEmail))] },
      emailConfirmedAt: { $exists: true },
      learnerId: { $exists: true },
    },
    { email: 1, learnerId: 1 },
  ).lean<Pick<AccountRow, 'email' | 'learnerId'>[]>()
  return new Map(rows.map(({ email, learnerId = '' }) => [email, learnerId]))
}

/** The accounts with these ids, in no order; unknown ids are left out. */
export async function findAccountsByIds(ids: readonly string[]): Promise<Account[]> {
  const rows = await Accounts.find({ _id: { $in: [...new Set(ids)] } }, accountFields).lean<
    AccountRow[]
  >()
  return rows.map(toAccount)
}

/** Everybody active who has this role at the organization, by name, however many; for choosing one of them. */
export async function namesAt(
  organizationId: string,
  role: Role,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const rows = await Accounts.find(
    {
      'roles.organizationId': organizationId,
      roles: { $elemMatch: { role, organizationId } },
      state: 'active',
    },
    { name: 1 },
  )
    .sort({ sortName: 1, _id: 1 })
    .lean<Pick<AccountRow, '_id' | 'name'>[]>()
  return rows.map(({ _id, name }) => ({ id: _id, name }))
}

/** Active accounts with a role at the organization, the first 200 by name: whom to mail what concerns it, no test of who is there. */
export async function findAccountsAt(organizationId: string): Promise<Account[]> {
  const rows = await Accounts.find(
    { 'roles.organizationId': organizationId, state: 'active' },
    accountFields,
  )
    .sort({ sortName: 1, _id: 1 })
    .limit(200)
    .lean<AccountRow[]>()
  return rows.map(toAccount)
}

/** The account with its password hash, to check a password; the only read that gives a hash away. */
export async function findCredentials(
  email: string,
): Promise<{ account: Account; passwordHash: string | undefined } | undefined> {
  const fields = { ...accountFields, passwordHash: 1 }
  const row = await Accounts.findOne({ email: normalEmail(email) }, fields).lean<AccountRow>()
  return row ? { account: toAccount(row), passwordHash: row.passwordHash } : undefined
}

/** Adds the account with what it announces and how it came to be; false when the address has an account already. */
export async function insertAccount(
  account: NewAccount,
  confirmation?: OneTimeToken,
  outbox: readonly OutboxEntry[] = [],
  changes: readonly Change[] = [],
): Promise<boolean> {
  const first = changes[0] && { history: changes, lastChangeAt: changes[0].at }
  try {
    await Accounts.insertMany([
      { ...toRow(account, outbox), ...(confirmation && { confirmation }), ...first },
    ])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Adds accounts in one write, for seeds; those whose address is known are left as they are. Returns how many are new. */
export async function insertAccounts(accounts: readonly NewAccount[]): Promise<number> {
  if (accounts.length === 0) return 0
  const rows = accounts.map((account) => toRow(account, []))
  try {
    return (
      await Accounts.insertMany(rows, { ordered: false, lean: true, throwOnValidationError: true })
    ).length
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (error as { insertedDocs?: unknown[] }).insertedDocs?.length ?? 0
  }
}

/** True when one of the accounts came from the demonstration data, whose password everybody knows. */
export async function demoAccountsExist(): Promise<boolean> {
  return (await Accounts.exists({ demonstration: true, passwordHash: { $exists: true } })) !== null
}
