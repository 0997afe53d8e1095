import type { Words } from '../http/words.js'
import type { LeavingTerms } from './read-terms.js'
import { coolingDays, type LegalHold } from './departure.js'

/** What leaving means, in plain words: what goes now, what later, what stays and until when. */
export function leavePage({ kept, lockedUntil, logUntil, isHeld }: LeavingTerms, words: Words) {
  const { t } = words
  const params = { days: coolingDays, on: words.day(lockedUntil ?? logUntil) }
  return {
    isHeld,
    days: coolingDays,
    now: ['hidden', 'consents', 'referrals', 'links', 'sessions'].map((key) =>
      t(`holdings:leave.now.${key}`),
    ),
    then: ['record', 'account', 'mentor', 'mails'].map((key) => t(`holdings:leave.then.${key}`)),
    stays: [
      ...(kept.servedUntil === undefined ? [] : [t('holdings:leave.stays.served', params)]),
      ...(kept.grantedOn === undefined ? [] : [t('holdings:leave.stays.granted', params)]),
      t('holdings:leave.stays.log', { on: words.day(logUntil) }),
      t('holdings:leave.stays.files'),
    ],
  }
}

/** The live holds of a program. */
export const holdRows = (
  holds: readonly LegalHold[],
  liftHref: (learnerId: string) => string,
  words: Words,
) =>
  holds.map(({ learnerId, trail }) => {
    const set = trail.at(-1)
    return {
      cells: [
        { text: learnerId, href: words.href(liftHref(learnerId)) },
        set?.reason ?? null,
        set ? { date: set.at.toISOString(), text: words.dayOfInstant(set.at) } : null,
        set?.byName ?? null,
      ],
    }
  })
