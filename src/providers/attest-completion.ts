import type { Actor } from '../access/actor.js'
import { findByAddress } from '../learners/find-by-address.js'
import type { Ports } from '../ports.js'
import { invalid } from '../problems.js'
import { completionIn, errorsIn, type CompletionCells } from './completion.js'
import { findCourses } from './find-courses.js'
import { findProvider } from './find-provider.js'
import type { Import } from './import.js'
import { recordCompletions } from './record-completions.js'

/** What provider staff say by hand: this learner finished this course that day, if wanted with a score. */
export interface Attestation {
  readonly email: string
  readonly course: string
  readonly completedOn: string
  readonly score?: string | undefined
  readonly organizationId?: string | undefined
}

/**
 * Records one completion on the word of provider staff. The same again records nothing. Throws a Problem that names the
 * field that is wrong: also when no learner of the program has that address.
 */
export async function attestCompletion(
  actor: Actor,
  attestation: Attestation,
  ports: Pick<Ports, 'now'>,
): Promise<Import> {
  const organization = await findProvider(actor, attestation.organizationId)
  const provider = organization.slug
  const terms = { provider, courses: await findCourses(provider), now: ports.now() }
  const cells = cellsOf(attestation)
  const wrong = errorsIn(cells, terms).map(({ field, reason }) => [field, reason] as const)
  if (wrong.length > 0) throw invalid(wrong.map(([field, reason]) => errorAt(field, reason)))
  const completion = completionIn(cells, terms)
  const learners = await findByAddress(organization.communityId, [completion.email])
  if (!learners.has(completion.email)) throw invalid([errorAt('email', 'unknownEmail')])
  const sender = { organization, source: 'attestation', startedBy: actor.accountId } as const
  return recordCompletions([completion], sender, ports)
}

const errorAt = (field: string, reason: string) => ({
  field: field === 'completed_on' ? 'completedOn' : field,
  message: `providers:refusal.${reason}`,
})

const cellsOf = ({ email, course, completedOn, score }: Attestation): CompletionCells => ({
  email: email.trim(),
  course,
  completed_on: completedOn,
  score: score?.trim() ?? '',
})
