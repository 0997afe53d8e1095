import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import {
  isOpen,
  movesFrom,
  substatesFor,
  type Referral,
  type ReferralState,
  type Side,
} from './referral.js'
import { longestReason } from './referral-input.js'
import { stateTag } from './referral-view.js'

/** What the answer form offers this side now: exactly what the state table would let through. */
export function answerPage(referral: Referral, sides: readonly Side[], words: Words) {
  const { t } = words
  const { state } = referral
  const isCenter = sides.includes('center')
  const word = (to: ReferralState) => t(`common:status.${to}.word`)
  const same =
    isCenter && isOpen(state)
      ? [{ value: state, label: t('referrals:answer.same', { word: word(state) }) }]
      : []
  const states = [
    ...movesFrom(state, sides)
      .filter((to) => to !== 'requested')
      .map((to) => ({
        value: to,
        label: word(to),
        hint: t(`common:status.${to}.means`),
      })),
    ...same,
  ]
  return {
    heading: t(isCenter ? 'referrals:answer.title' : 'referrals:answer.titleSender'),
    tag: stateTag(state, words, true),
    back: words.href(to(paths.referral, { id: referral.id })),
    states,
    substates: substatesFor(
      states.map(({ value }) => value),
      sides,
    ).map((one) => ({ value: one, label: t(`referrals:substate.${one}.word`) })),
    reasonHint: t(isCenter ? 'referrals:answer.reasonHint' : 'referrals:answer.reasonHintSender'),
    longestReason,
  }
}
