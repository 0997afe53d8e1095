import { awardsOf } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { namedAwards } from '../learners/read-record.js'
import type { ChainEntry } from './chain.js'
import type { ChainSource } from './chain-source.js'
import { issueCredential } from '../credentials/issue-credential.js'

/** Every badge the learner holds, each with its signed credential inside. */
export const badgeLinks: ChainSource = async ({ learner, words, world }) => {
  const { t } = words
  const [awards, badges] = await Promise.all([awardsOf(learner.id), findBadges()])
  const entries: ChainEntry[] = []
  for (const award of namedAwards(awards, badges)) {
    const { credential, copy } = await issueCredential(award.id, world)
    if (credential.state !== 'live') continue
    entries.push({
      kind: 'credential',
      owner: { communityId: learner.communityId },
      title: t('sharing:chain.badge.title', { name: award.name }),
      lines: [
        [t('sharing:chain.badge.on'), words.day(award.awardedOn)],
        [t('sharing:chain.badge.level'), t(`common:level.${copy.evidenceLevel}.word`)],
        [t('sharing:chain.badge.number'), award.id],
      ],
      data: {
        id: award.id,
        badge: award.badge,
        awardedOn: award.awardedOn,
        evidenceLevel: copy.evidenceLevel,
      },
      credential: copy.jws,
    })
  }
  return entries
}
