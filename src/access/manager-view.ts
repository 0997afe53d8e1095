import type { Words } from '../http/words.js'
import { paths, to } from '../http/paths.js'
import type { Account } from './account.js'
import { roles, type RoleAt } from './actor.js'
import { invitationState, type Invitation } from './invitation.js'
import {
  organizationKinds,
  organizationStates,
  type Organization,
  type OrganizationState,
} from './organization.js'

type Tone = 'good' | 'wait' | 'stop' | 'plain'

const accountTone = { active: 'good', deactivated: 'stop' } as const
const organizationTone: Readonly<Record<OrganizationState, Tone>> = {
  pending: 'wait',
  approved: 'good',
  declined: 'stop',
}
const invitationTone = {
  open: 'wait',
  accepted: 'good',
  withdrawn: 'stop',
  expired: 'plain',
} as const

/** Names of organizations by id, for the rows of a list. */
export type Names = ReadonlyMap<string, string>

const roleWords = (list: readonly RoleAt[], words: Words) =>
  [...new Set(list.map((at) => words.t(`access:role.${at.role}`)))].join(', ')

/** "job center staff at SE Works". */
export const roleAtWords = (at: RoleAt, names: Names, words: Words): string =>
  words.t('access:people.roleAt', {
    role: words.t(`access:role.${at.role}`),
    organization: names.get(at.organizationId) ?? at.organizationId,
  })

const stateTag = (account: Account, words: Words) => ({
  word: words.t(`access:state.${account.state}`),
  tone: accountTone[account.state],
})

/** One row of the list of people. */
export const personRow = (account: Account, names: Names, words: Words) => ({
  cells: [
    {
      text: account.name,
      href: words.href(to(paths.person, { id: account.id })),
      sub: account.email,
    },
    roleWords(account.roles, words),
    [...new Set(account.roles.map((at) => names.get(at.organizationId) ?? ''))].join(', '),
    { tag: stateTag(account, words) },
    { date: account.joinedAt.toISOString(), text: words.dayOfInstant(account.joinedAt) },
  ],
})

/** The same row for a spreadsheet. */
export const personCsv = (account: Account, names: Names) => ({
  name: account.name,
  email: account.email,
  roles: [...new Set(account.roles.map((at) => at.role))].join(' '),
  organizations: [
    ...new Set(account.roles.map((at) => names.get(at.organizationId) ?? at.organizationId)),
  ].join('; '),
  state: account.state,
  emailConfirmed: account.emailConfirmedAt ? 'yes' : 'no',
  joinedAt: account.joinedAt.toISOString(),
})

export const personColumns = [
  'name',
  'email',
  'roles',
  'organizations',
  'state',
  'emailConfirmed',
  'joinedAt',
].map((key) => ({ key, header: key }))

/** The page of one person. */
export const personPage = (account: Account, names: Names, words: Words) => ({
  id: account.id,
  name: account.name,
  email: account.email,
  isConfirmed: account.emailConfirmedAt !== undefined,
  isActive: account.state === 'active',
  tag: stateTag(account, words),
  joined: words.dayOfInstant(account.joinedAt),
  roles: account.roles.map((at) => roleAtWords(at, names, words)),
})

const tagOf = (organization: Organization, words: Words) => ({
  word: words.t(`access:organizationState.${organization.state}`),
  tone: organizationTone[organization.state],
})

/** One row of the list of organizations. */
export const organizationRow = (organization: Organization, words: Words) => ({
  cells: [
    {
      text: organization.name,
      href: words.href(to(paths.organization, { id: organization.id })),
      sub: organization.city ?? '',
    },
    words.t(`access:kind.${organization.kind}`),
    { tag: tagOf(organization, words) },
    {
      date: organization.registeredAt.toISOString(),
      text: words.dayOfInstant(organization.registeredAt),
    },
  ],
})

export const organizationCsv = (organization: Organization) => ({
  name: organization.name,
  kind: organization.kind,
  state: organization.state,
  city: organization.city ?? '',
  url: organization.url ?? '',
  registeredAt: organization.registeredAt.toISOString(),
  source: organization.source ?? '',
})

export const organizationColumns = [
  'name',
  'kind',
  'state',
  'city',
  'url',
  'registeredAt',
  'source',
].map((key) => ({ key, header: key }))

/** The page of one organization. */
export const organizationPage = (
  organization: Organization,
  people: readonly Account[],
  registrar: Account | undefined,
  words: Words,
) => ({
  id: organization.id,
  name: organization.name,
  kind: words.t(`access:kind.${organization.kind}`),
  tag: tagOf(organization, words),
  isPending: organization.state === 'pending',
  city: organization.city ?? '',
  url: organization.url ?? '',
  source: organization.source ?? '',
  demonstration: organization.demonstration,
  registered: words.dayOfInstant(organization.registeredAt),
  reason: organization.decision?.reason ?? '',
  registrar: registrar && {
    text: `${registrar.name}, ${registrar.email}`,
    isConfirmed: registrar.emailConfirmedAt !== undefined,
  },
  people: people.map(({ id, name }) => ({ name, href: words.href(to(paths.person, { id })) })),
})

/** One row of the list of invitations. */
export function invitationRow(invitation: Invitation, names: Names, words: Words, now: Date) {
  const state = invitationState(invitation, now)
  const withdraw = to(paths.withdrawInvitation, { id: invitation.id })
  return {
    cells: [
      invitation.email,
      words.t(`access:role.${invitation.role}`),
      names.get(invitation.organizationId) ?? '',
      { tag: { word: words.t(`access:invitationState.${state}`), tone: invitationTone[state] } },
      { date: invitation.createdAt.toISOString(), text: words.dayOfInstant(invitation.createdAt) },
      state === 'open'
        ? { links: [{ href: words.href(withdraw), text: words.t('access:invitations.withdraw') }] }
        : '',
    ],
  }
}

const options = (list: readonly string[], key: string, words: Words) =>
  list.map((value) => ({ value, label: words.t(`access:${key}.${value}`) }))

export const roleOptions = (words: Words, list: readonly string[] = roles) =>
  options(list, 'role', words)
export const kindOptions = (words: Words, list: readonly string[] = organizationKinds) =>
  options(list, 'kind', words)
export const stateOptions = (words: Words) => options(['active', 'deactivated'], 'state', words)
export const organizationStateOptions = (words: Words) =>
  options(organizationStates, 'organizationState', words)
