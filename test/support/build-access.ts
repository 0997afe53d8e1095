import type { Change, ChangeKind } from '../../src/access/change.js'
import { insertAccount } from '../../src/access/account-store.js'
import type { NewAccount } from '../../src/access/account.js'
import type { Role } from '../../src/access/actor.js'
import { hashPassword } from '../../src/access/hash-password.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import type { Organization } from '../../src/access/organization.js'
import { openLearnerRecord } from '../../src/access/open-learner-record.js'
import { saveProgram } from '../../src/communities/program-store.js'
import type { Program } from '../../src/communities/program.js'

export const password = 'four words in a row'
let hash: Promise<string> | undefined
/** The hash of `password`, made once a run. */
export const passwordHash = (): Promise<string> => (hash ??= hashPassword(password))

export const community = 'portland-or'

export const aProgram = (change: Partial<Program> = {}): Program => ({
  id: 'program-portland',
  communityId: community,
  name: 'Code Oregon',
  boardId: 'board',
  zone: 'America/Los_Angeles',
  demonstration: false,
  ...change,
})

/** An approved board, unless told otherwise; its id is its slug. */
export const anOrganization = (slug: string, change: Partial<Organization> = {}): Organization => ({
  id: slug,
  slug,
  name: `The ${slug}`,
  kind: 'board',
  communityId: community,
  state: 'approved',
  demonstration: false,
  registeredAt: new Date('2015-01-05T18:00:00Z'),
  ...change,
})

/** A confirmed account with `password` and this role at an organization of the same name as its kind. */
export function anAccount(
  name: string,
  role: Role,
  organizationId = 'board',
  change: Partial<NewAccount> = {},
): NewAccount {
  const word = name.toLowerCase().replace(/\W+/g, '.')
  return {
    id: word.replace(/\./g, '-'),
    email: `${word}@example.org`,
    emailConfirmedAt: new Date('2015-01-06T18:00:00Z'),
    name,
    language: 'en',
    roles: [{ role, organizationId, communityId: community }],
    ...(role === 'learner' && { learnerId: `learner-${word.replace(/\./g, '-')}` }),
    demonstration: false,
    joinedAt: new Date('2015-01-06T18:00:00Z'),
    ...change,
  }
}

/** Keeps the accounts with `password`, learners with their records; gives them back. */
export async function keep<T extends readonly NewAccount[]>(...accounts: T): Promise<T> {
  for (const account of accounts) {
    await insertAccount({ ...account, passwordHash: await passwordHash() })
    await openLearnerRecord(account, { city: 'Portland' })
  }
  return accounts
}

/** The program of Portland and its board. */
export async function keepProgram(): Promise<void> {
  await saveOrganization(anOrganization('board'))
  await saveProgram(aProgram())
}

/** What one types to sign in. */
export const credentials = (account: NewAccount) => ({ email: account.email, password })

/** What Mary the manager did on 1 March 2015. */
export const aChange = (kind: ChangeKind): Change => ({
  at: new Date('2015-03-01T20:00:00Z'),
  by: 'mary',
  byName: 'Mary Manager',
  communityId: community,
  kind,
})
