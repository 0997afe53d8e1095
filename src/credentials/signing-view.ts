import type { Words } from '../http/words.js'
import type { SigningWalk } from './signing-walk-store.js'

/** How the signing of everything goes: under way with a bar, ended, or never asked for. */
export function signingPage(walk: SigningWalk | undefined, words: Words) {
  if (!walk) return { isUnderWay: false }
  const { done, total, signed, endedAt } = walk
  const numbers = { done: words.number(done), total: words.number(total) }
  if (endedAt)
    return {
      isUnderWay: false,
      ended: words.t('credentials:signing.ended', {
        count: signed,
        number: words.number(signed),
        when: words.time(endedAt),
      }),
    }
  return {
    isUnderWay: true,
    progress: {
      value: done,
      max: Math.max(total, 1),
      text: words.t('credentials:signing.progress', numbers),
    },
  }
}

export const signingJson = (walk: SigningWalk | undefined) => ({
  state: walk ? (walk.endedAt ? ('ended' as const) : ('running' as const)) : ('never' as const),
  done: walk?.done ?? 0,
  total: walk?.total ?? 0,
  signed: walk?.signed ?? 0,
})
