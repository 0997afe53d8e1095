import type { ChainEntry } from '../sharing/chain.js'
import type { ChainSource } from '../sharing/chain-source.js'
import type { Words } from '../http/words.js'
import { claimsOf } from '../claims/claim-store.js'
import { standing } from '../claims/appeal.js'
import { decidedAt, lastReason, type Claim } from '../claims/claim.js'
import { issueCredit } from './issue-credit.js'
import { creditsText, creditTag } from './credit-view.js'

/**
 * What colleges decided on the learner's claims, earliest first, each with the signed credential of what was given; each
 * college answers for its own. While an appeal waits, what was decided before is told.
 */
export const creditLinks: ChainSource = async ({ learner, words, world }) => {
  const decided = (await claimsOf(learner.id))
    .filter((claim) => !['claimed', 'withdrawn'].includes(standing(claim)))
    .sort((a, b) => decidedAt(a).getTime() - decidedAt(b).getTime())
  const entries: ChainEntry[] = []
  for (const claim of decided) {
    const copy = await issueCredit(claim.id, world)
    entries.push({ ...entryOf(claim, words), ...(copy && { credential: copy.jws }) })
  }
  return entries
}

function entryOf(claim: Claim, words: Words): ChainEntry {
  const { t } = words
  const { agreement } = claim
  const reason = lastReason(claim)
  const credits = claim.granted ?? agreement.credits
  return {
    kind: 'credit-decision',
    owner: { organizationId: claim.collegeId },
    title: t('sharing:chain.credit.title', {
      course: agreement.course,
      college: claim.collegeName,
    }),
    lines: [
      [t('sharing:chain.credit.course'), `${agreement.course} ${agreement.courseTitle}`],
      [t('sharing:chain.credit.decision'), creditTag(standing(claim), words).word],
      [t('sharing:chain.credit.credits'), creditsText(credits, agreement.unit, words)],
      [t('sharing:chain.credit.on'), words.dayOfInstant(decidedAt(claim))],
      [t('sharing:chain.credit.badges'), claim.badges.map(({ name }) => name).join(', ')],
      ...(reason === undefined ? [] : [[t('sharing:chain.credit.reason'), reason] as const]),
    ],
    data: {
      claim: claim.id,
      college: { id: claim.collegeId, name: claim.collegeName },
      agreement: { ...agreement },
      badges: claim.badges.map((badge) => ({ ...badge })),
      state: standing(claim),
      credits,
      decidedAt: decidedAt(claim).toISOString(),
      reason: reason ?? null,
      demonstration: claim.demonstration,
    },
  }
}
