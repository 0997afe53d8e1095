import type { Organization } from '../access/organization.js'
import { awardBadges } from '../badges/award-badges.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import type { Completion } from './completion.js'
import { addAwards, emptyImport, type Import } from './import.js'
import { insertImport } from './import-store.js'
import { recordRows } from './record-rows.js'

export interface CompletionSender {
  readonly organization: Organization
  readonly source: 'webhook' | 'attestation'
  /** The account that attests, or 'webhook'. */
  readonly startedBy: string
}

/**
 * Records a few completions on a provider's word at once, as one import that is done; the same again records nothing.
 * The caller has checked that every address is a learner's.
 */
export async function recordCompletions(
  completions: readonly Completion[],
  { organization, source, startedBy }: CompletionSender,
  ports: Pick<Ports, 'now'>,
): Promise<Import> {
  const now = ports.now()
  const begun: Import = {
    id: newId(),
    communityId: organization.communityId,
    source,
    provider: organization.slug,
    origin: organization.id,
    startedBy,
    organizationId: organization.id,
    dryRun: false,
    state: 'done',
    ...emptyImport,
    rows: completions.length,
    read: completions.length,
    startedAt: now,
    startedOn: dayOf(now),
  }
  const rows = completions.map((completion, index) => ({ row: index + 1, ...completion }))
  const { recorded, alreadyKnown } = await recordRows(
    begun,
    { rows, refused: [] },
    { now, mayBeRepeated: false },
  )
  const awarded = await awardBadges(
    recorded.map(({ learnerId }) => learnerId),
    ports,
  )
  const done = {
    ...begun,
    recorded: recorded.length,
    alreadyKnown,
    awarded: addAwards([], [...awarded.values()].flat()),
    finishedAt: ports.now(),
  }
  await insertImport(done)
  return done
}
