import type { Words } from '../http/words.js'
import { recordsNeeded } from '../learners/consent.js'

/** What a learner agrees to for a referral to one center: the parts of the record in words, and the whole wording signed. */
export function consentLines(center: string, { t }: Words) {
  const records = [
    ...recordsNeeded.referral.map((kind) => t(`referrals:record.${kind}`)),
    t('referrals:record.resume'),
    t('referrals:record.stated'),
    t('referrals:record.history'),
  ]
  const lead = t('referrals:new.lead', { center })
  return { lead, records, text: [lead, ...records, t('referrals:new.shareNote')].join('\n') }
}
