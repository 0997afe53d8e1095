import { findLearner, linkProfile as saveProfileLink } from './learner-store.js'

/** What linking a name at a provider came to. `linkedBefore` are the learner's other names there. */
export interface LinkOutcome {
  readonly isConfirmed: boolean
  readonly linkedBefore: readonly string[]
}

/**
 * Links the name a learner goes by at a provider. The first one counts at once; another one waits until the learner says
 * that it is theirs too, so that a file of somebody else brings them nothing by mistake. The same again changes nothing.
 */
export async function linkProfile(
  learnerId: string,
  provider: string,
  name: string,
  now: Date,
): Promise<LinkOutcome> {
  const linked = (await findLearner(learnerId))?.profiles.filter((one) => one.provider === provider)
  const same = linked?.find((one) => one.name === name)
  const linkedBefore = (linked ?? []).filter((one) => one.name !== name).map((one) => one.name)
  if (same) return { isConfirmed: same.confirmed, linkedBefore }
  const isConfirmed = linkedBefore.length === 0
  await saveProfileLink(learnerId, { provider, name, linkedAt: now, confirmed: isConfirmed })
  return { isConfirmed, linkedBefore }
}
