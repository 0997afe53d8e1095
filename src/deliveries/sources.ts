import { claimAnnouncements } from '../claims/claim-store.js'
import { referralAnnouncements } from '../referrals/referral-row-store.js'
import type { AnnouncementSource } from './announcement.js'

/** Every kind of record that announces events; a new one is added here. */
export const announcementSources: readonly AnnouncementSource[] = [
  claimAnnouncements,
  referralAnnouncements,
]
