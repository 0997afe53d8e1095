import type { Pathway } from '../../src/pathways/pathway.js'
import type { Pairing } from '../../src/mentoring/pairing.js'
import { usualAllowances } from '../../src/mentoring/pairing.js'
import type { Share } from '../../src/sharing/share.js'
import { community } from './build-access.js'
import { adaId, now, people } from './build-record.js'

/** Ada's pairing with Mia, who may see what is usual. */
export const aPairing = (change: Partial<Pairing> = {}): Pairing => ({
  id: 'pairing',
  communityId: community,
  learnerId: adaId,
  mentorAccountId: people.mia.id,
  mentorName: people.mia.name,
  startedOn: '2015-03-01',
  startedBy: people.sam.id,
  seat: 1,
  allows: usualAllowances,
  demonstration: false,
  ...change,
})

/** A link of Ada's to her badge `html`. */
export const aShare = (change: Partial<Share> = {}): Share => ({
  id: 'share',
  learnerId: adaId,
  communityId: community,
  title: '',
  credentialIds: ['award-html'],
  expiresOn: '2015-04-01',
  createdAt: now,
  ...change,
})

/** A group of two at the college `pcc` that takes applications in March 2015. */
export const aPathway = (change: Partial<Pathway> = {}): Pathway => ({
  id: 'pathway',
  communityId: community,
  collegeId: 'pcc',
  collegeName: 'The pcc',
  name: 'Spring group',
  about: 'Together',
  places: 2,
  plan: [],
  opensOn: '2015-03-01',
  closesOn: '2015-03-31',
  startsOn: '2015-04-01',
  endsOn: '2015-06-30',
  demonstration: false,
  ...change,
})
