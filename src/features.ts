import type { Router } from 'express'
import { accessApi } from './access/access-api.js'
import { historyPages } from './access/history-pages.js'
import { invitationApi } from './access/invitation-api.js'
import { invitationPages } from './access/invitation-pages.js'
import { organizationPages } from './access/organization-pages.js'
import { organizationRegisterPages } from './access/organization-register-pages.js'
import { peoplePages } from './access/people-pages.js'
import { registerPages } from './access/register-pages.js'
import { settingsPages } from './access/settings-pages.js'
import { signInPages } from './access/sign-in-pages.js'
import { appointmentApi } from './appointments/appointment-api.js'
import { appointmentPages } from './appointments/appointment-pages.js'
import { calendarPages } from './appointments/calendar-pages.js'
import { badgeApi } from './badges/badge-api.js'
import { badgeEditPages } from './badges/badge-edit-pages.js'
import { badgePages } from './badges/badge-pages.js'
import { credentialChangeApi } from './credentials/credential-change-api.js'
import { credentialListPages } from './credentials/credential-list-pages.js'
import { endorsementApi } from './credentials/endorsement-api.js'
import { endorsementPages } from './credentials/endorsement-pages.js'
import { publishedPages } from './credentials/published-pages.js'
import { signingPages } from './credentials/signing-pages.js'
import { credentialApi } from './sharing/credential-api.js'
import { credentialPages } from './sharing/credential-pages.js'
import { shareApi } from './sharing/share-api.js'
import { sharePages } from './sharing/share-pages.js'
import { trustedApi } from './verification/trusted-api.js'
import { trustedPages } from './verification/trusted-pages.js'
import { verifyApi } from './verification/verify-api.js'
import { verifyPages } from './verification/verify-pages.js'
import { takeApi } from './sharing/take-api.js'
import { takePages } from './sharing/take-pages.js'
import { collegePages } from './claims/college-pages.js'
import { claimApi } from './claims/claim-api.js'
import { crosswalkApi } from './crosswalk/crosswalk-api.js'
import { creditPages } from './claims/credit-pages.js'
import { crosswalkFileApi } from './agreements/crosswalk-file-api.js'
import { crosswalkFilePages } from './agreements/crosswalk-file-pages.js'
import { crosswalkPages } from './crosswalk/crosswalk-pages.js'
import { pathwayApi } from './pathways/pathway-api.js'
import { pathwayPages } from './pathways/pathway-pages.js'
import { proposalApi } from './agreements/proposal-api.js'
import { proposalPages } from './agreements/proposal-pages.js'
import { coursePages } from './agreements/course-pages.js'
import { endpointApi } from './deliveries/endpoint-api.js'
import { endpointPages } from './deliveries/endpoint-pages.js'
import { duplicatePages } from './duplicates/duplicate-pages.js'
import { employerPages } from './employers/employer-pages.js'
import { developerApi } from './home/developer-api.js'
import { developerPages } from './home/developer-pages.js'
import { healthPages } from './home/health-pages.js'
import { dataPages } from './holdings/data-pages.js'
import { leavePages } from './holdings/leave-pages.js'
import { homePages } from './home/home-pages.js'
import { managerPages } from './home/manager-pages.js'
import { consentApi } from './learners/consent-api.js'
import { consentPages } from './learners/consent-pages.js'
import { consentRecordPages } from './learners/consent-record-pages.js'
import { learnerApi } from './learners/learner-api.js'
import { learnerPages } from './learners/learner-pages.js'
import { mentorPages } from './mentoring/mentor-pages.js'
import { myMentorPages } from './mentoring/my-mentor-pages.js'
import { pairingPages } from './mentoring/pairing-pages.js'
import { messagePages } from './messages/message-pages.js'
import { evidencePages } from './providers/evidence-pages.js'
import { importApi } from './providers/import-api.js'
import { providerPages } from './providers/provider-pages.js'
import { markPages } from './readiness/mark-pages.js'
import { readinessPages } from './readiness/readiness-pages.js'
import { centerApi } from './centers/center-api.js'
import { centerEditPages } from './centers/center-edit-pages.js'
import { centerFilePages } from './centers/center-file-pages.js'
import { centerPages } from './centers/center-pages.js'
import { resumeApi } from './resumes/resume-api.js'
import { resumePages } from './resumes/resume-pages.js'
import { bulkPages } from './referrals/bulk-pages.js'
import { coEnrollmentPages } from './referrals/co-enrollment-pages.js'
import { handOffPages } from './referrals/hand-off-pages.js'
import { packetPages } from './referrals/packet-pages.js'
import { referralApi } from './referrals/referral-api.js'
import { referralPages } from './referrals/referral-pages.js'
import { staffLearnerPages } from './referrals/staff-learner-pages.js'
import { staffPages } from './referrals/staff-pages.js'
import { trackApi } from './tracks/track-api.js'
import { trackEditPages } from './tracks/track-edit-pages.js'
import { trackPages } from './tracks/track-pages.js'
import { cardApi } from './cards/card-api.js'
import { cardPages } from './cards/card-pages.js'
import { casePages } from './caseload/case-pages.js'
import { communityApi } from './communities/community-api.js'
import { communityPages } from './communities/community-pages.js'
import { myPlanPages } from './caseload/my-plan-pages.js'
import { reportsPages } from './reports/reports-pages.js'
import type { World } from './world.js'

type Feature = (world: World) => { readonly router: Router }

/** The pages of every feature, in the order they are asked. */
export const pageFeatures: readonly Feature[] = [
  healthPages,
  homePages,
  managerPages,
  communityPages,
  developerPages,
  signInPages,
  registerPages,
  settingsPages,
  invitationPages,
  peoplePages,
  organizationRegisterPages,
  organizationPages,
  historyPages,
  messagePages,
  centerPages,
  centerEditPages,
  centerFilePages,
  appointmentPages,
  calendarPages,
  evidencePages,
  providerPages,
  trackPages,
  trackEditPages,
  badgePages,
  badgeEditPages,
  credentialListPages,
  signingPages,
  endorsementPages,
  publishedPages,
  credentialPages,
  sharePages,
  verifyPages,
  trustedPages,
  takePages,
  learnerPages,
  readinessPages,
  markPages,
  consentPages,
  consentRecordPages,
  resumePages,
  dataPages,
  leavePages,
  cardPages,
  crosswalkPages,
  crosswalkFilePages,
  creditPages,
  collegePages,
  coursePages,
  proposalPages,
  pathwayPages,
  referralPages,
  handOffPages,
  bulkPages,
  duplicatePages,
  coEnrollmentPages,
  packetPages,
  staffPages,
  staffLearnerPages,
  casePages,
  myPlanPages,
  reportsPages,
  pairingPages,
  mentorPages,
  myMentorPages,
  employerPages,
  endpointPages,
]

/** The API calls of every feature, below /api/v1. */
export const apiFeatures: readonly Feature[] = [
  developerApi,
  accessApi,
  invitationApi,
  communityApi,
  centerApi,
  appointmentApi,
  resumeApi,
  referralApi,
  importApi,
  trackApi,
  badgeApi,
  credentialChangeApi,
  verifyApi,
  trustedApi,
  endorsementApi,
  learnerApi,
  consentApi,
  cardApi,
  crosswalkApi,
  claimApi,
  credentialApi,
  shareApi,
  takeApi,
  proposalApi,
  pathwayApi,
  crosswalkFileApi,
  endpointApi,
]
