import type { ChainEntry } from '../sharing/chain.js'
import type { ChainSource } from '../sharing/chain-source.js'
import type { Words } from '../http/words.js'
import { namedReferrals } from '../learners/read-record.js'
import type { NamedReferral } from '../learners/record.js'
import { stateTag } from './referral-view.js'

const left = new Set(['draft', 'entered-in-error'])

/**
 * The learner's referrals, earliest first; each center answers for its own. Notes, messages and reasons stay in the house:
 * the file is for others to read.
 */
export const referralLinks: ChainSource = async ({ learner, words }) =>
  (await namedReferrals(learner.id))
    .filter(({ referral }) => !left.has(referral.state))
    .map((named) => entryOf(named, words))

function entryOf({ referral, centerName }: NamedReferral, words: Words): ChainEntry {
  const { t } = words
  const steps = referral.timeline.filter(({ kind }) => kind === 'state')
  return {
    kind: 'referral',
    owner: { organizationId: referral.centerId },
    title: t('sharing:chain.referral.title', { center: centerName }),
    lines: [
      [t('sharing:chain.referral.asked'), words.dayOfInstant(referral.askedAt)],
      [t('sharing:chain.referral.state'), stateTag(referral.state, words).word],
      [t('sharing:chain.referral.since'), words.dayOfInstant(referral.since)],
      [
        t('sharing:chain.referral.proof'),
        t(`common:status.${referral.proof.ready ? 'ready' : 'not-ready'}.word`),
      ],
    ],
    data: {
      referral: referral.id,
      center: { id: referral.centerId, name: centerName },
      state: referral.state,
      askedAt: referral.askedAt.toISOString(),
      since: referral.since.toISOString(),
      readyWhenAsked: referral.proof.ready,
      rules: referral.proof.rules.map(({ id, met }) => ({ id, met })),
      steps: steps.map(({ state, at }) => ({ state, at: at.toISOString() })),
      demonstration: referral.demonstration,
    },
  }
}
