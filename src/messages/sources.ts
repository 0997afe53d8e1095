import { accountOutbox } from '../access/account-store.js'
import { invitationOutbox } from '../access/invitation-store.js'
import { organizationOutbox } from '../access/organization-store.js'
import { slotOutbox } from '../appointments/slot-row-store.js'
import { awardOutbox } from '../badges/award-store.js'
import { credentialOutbox } from '../credentials/credential-store.js'
import { claimOutbox } from '../claims/claim-store.js'
import { applicationOutbox } from '../pathways/pathway-store.js'
import { proposalOutbox } from '../agreements/proposal-store.js'
import { mergeOutbox } from '../duplicates/merge-store.js'
import { endpointOutbox } from '../deliveries/endpoint-store.js'
import { nudgeOutbox } from '../mentoring/nudge-store.js'
import { broughtBadgeOutbox } from '../providers/brought-badge-store.js'
import { referralOutbox } from '../referrals/referral-row-store.js'
import type { OutboxSource } from './outbox.js'

/** Every kind of record that announces mails; a new one is added here. */
export const outboxSources: readonly OutboxSource[] = [
  accountOutbox,
  invitationOutbox,
  organizationOutbox,
  awardOutbox,
  credentialOutbox,
  claimOutbox,
  applicationOutbox,
  proposalOutbox,
  nudgeOutbox,
  mergeOutbox,
  broughtBadgeOutbox,
  endpointOutbox,
  referralOutbox,
  slotOutbox,
]
