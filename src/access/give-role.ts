import { addRole } from './account-change-store.js'
import { findAccount } from './account-store.js'
import { doneBy } from './change.js'
import { noteRoleGiven, organizationsOwing } from './organization-store.js'
import { roleForKind, type Organization } from './organization.js'

/** Gives whoever registered an approved organization the role of its kind. Harmless to repeat. */
export async function giveRole(organization: Organization): Promise<void> {
  const { id, kind, communityId, name, registeredBy, decision } = organization
  if (registeredBy !== undefined && decision) {
    const decider = { accountId: decision.by, name: (await findAccount(decision.by))?.name ?? '' }
    const role = roleForKind[kind]
    await addRole(
      registeredBy,
      { role, organizationId: id, communityId },
      { ...doneBy(decider, communityId, decision.at), kind: 'roleGiven', role, organization: name },
    )
  }
  await noteRoleGiven(id)
}

const batch = 100

/** Gives the roles that are owed because a process died between an approval and its role. */
export async function giveOwedRoles({ signal }: { readonly signal: AbortSignal }): Promise<void> {
  for (;;) {
    const owing = signal.aborted ? [] : await organizationsOwing(batch)
    if (owing.length === 0) return
    for (const organization of owing) await giveRole(organization)
  }
}
