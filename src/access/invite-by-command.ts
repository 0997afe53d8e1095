import { findProgram, findPrograms, saveProgram } from '../communities/program-store.js'
import type { Program } from '../communities/program.js'
import { newId } from '../ids.js'
import { refused } from '../problems.js'
import type { Invitation, InvitedRole } from './invitation.js'
import { invitePerson } from './invite-person.js'
import type { Moment } from './open-account.js'
import {
  findOrganizationBySlug,
  findOrganizations,
  saveOrganization,
} from './organization-store.js'
import { kindForRole, slugFor, type Organization } from './organization.js'

/** What `npm run invite` was given; names are used only where the database holds no program yet. */
export interface CommandInvitation {
  readonly email: string
  readonly role: InvitedRole
  readonly language: 'en' | 'es'
  /** Slug; left out for managers and mentors, or where only one fits. */
  readonly organization?: string | undefined
  readonly community?: string | undefined
  readonly programName: string
  readonly boardName: string
}

export interface CommandOutcome {
  readonly invitation: Invitation
  readonly path: string
  readonly organization: Organization
  readonly program: Program
  readonly isNewProgram: boolean
}

/**
 * Invites somebody from the command line: the way to the first manager. Makes a program and its board when there are none.
 * Throws refused, naming the choices, where community or organization is not clear.
 */
export async function inviteByCommand(
  wanted: CommandInvitation,
  moment: Moment,
): Promise<CommandOutcome> {
  const found = await programFor(wanted.community)
  const program = found ?? (await openProgram(wanted, moment.now))
  const organization = await organizationFor(wanted, program)
  const { email, role, language } = wanted
  const { invitation, path } = await invitePerson(
    { email, role, language, organizationId: organization.id },
    { name: program.name, communityIds: [program.communityId] },
    moment,
  )
  return { invitation, path, organization, program, isNewProgram: !found }
}

async function programFor(community: string | undefined): Promise<Program | undefined> {
  const programs = await findPrograms()
  const named = community === undefined ? undefined : await findProgram(community)
  if (named || programs.length === 0) return named
  const [only, second] = programs
  if (community === undefined && only && !second) return only
  const choices = programs.map((one) => one.communityId).join(', ')
  throw refused('access:command.chooseCommunity', { choices })
}

async function openProgram(
  { community, boardName, programName }: CommandInvitation,
  now: Date,
): Promise<Program> {
  const communityId = slugFor(community ?? boardName)
  const boardId = newId()
  await saveOrganization({
    id: boardId,
    slug: slugFor(boardName),
    name: boardName,
    kind: 'board',
    communityId,
    state: 'approved',
    demonstration: false,
    registeredAt: now,
  })
  const program: Program = {
    id: newId(),
    communityId,
    name: programName,
    boardId,
    zone: 'America/Los_Angeles',
    demonstration: false,
  }
  await saveProgram(program)
  return program
}

async function organizationFor(
  { organization: slug, role }: CommandInvitation,
  { communityId, boardId }: Program,
): Promise<Organization> {
  const kinds = kindForRole[role]
  const all = (await findOrganizations({ communityId, state: 'approved' })).filter((one) =>
    kinds.includes(one.kind),
  )
  const named = slug === undefined ? undefined : await findOrganizationBySlug(slug)
  const board = kinds.length === 1 ? all.find((one) => one.id === boardId) : undefined
  const only = all.length === 1 ? all[0] : undefined
  const organization = slug === undefined ? (board ?? only) : named
  if (organization) return organization
  const choices = all.map((one) => one.slug).join(', ')
  throw refused('access:command.chooseOrganization', { choices })
}
