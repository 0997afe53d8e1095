import { paths, to, withQuery } from '../../src/http/paths.js'
import type { Things } from './site-things.js'

/** Who looks at the pages: nobody signed in, or one of the demonstration's people. */
export const lookers = [
  '',
  'learner',
  'ready',
  'mentor',
  'staff',
  'college',
  'employer',
  'provider',
  'manager',
] as const
export type Looker = (typeof lookers)[number]

/** One look at a page. Start pages, like pages with a form, are looked at in both languages and both themes. */
export interface Visit {
  /** The route it proves. */
  readonly route: string
  readonly path: string
  readonly isStart?: true
  /** What it answers, when that is not 200. */
  readonly status?: number
}

/** GET routes without a page to look at, and why. */
export const withoutPage: Readonly<Record<string, string>> = {
  [paths.health]: 'JSON for machines',
  [paths.ready]: 'JSON for machines',
  [paths.metrics]: 'text for machines',
  [paths.theme]: 'sets a cookie and leads back',
  [paths.refusalsCsv]: 'CSV',
  [paths.providerCsv]: 'CSV',
  [paths.readyCsv]: 'CSV',
  [paths.centersCsv]: 'CSV',
  [paths.referralQueueCsv]: 'CSV',
  [paths.mentorCsv]: 'CSV',
  [paths.disclosuresCsv]: 'CSV',
  [paths.consentCopy]: 'JSON to keep',
  [paths.crosswalkCsv]: 'CSV',
  [paths.pathwayCsv]: 'CSV',
  [paths.agreementsCsv]: 'CSV',
  [paths.creditReportCsv]: 'CSV',
  [paths.crosswalkJson]: 'JSON for machines',
  [paths.crosswalkCtdl]: 'JSON-LD for machines',
  [paths.collegeCsv]: 'CSV',
  [paths.peopleCsv]: 'CSV',
  [paths.organizationsCsv]: 'CSV',
  [paths.credentialListCsv]: 'CSV',
  [paths.endorsement]: 'JSON for machines',
  [paths.badgePicture]: 'a picture',
  [paths.badgePicturePng]: 'a picture',
  [paths.recordPdf]: 'a PDF',
  [paths.transcript]: 'JSON for machines',
  [paths.chain]: 'a file to keep; test/browser/chain-reader',
  [paths.didDocument]: 'JSON for machines',
  [paths.issuerDid]: 'JSON for machines',
  [paths.jwks]: 'JSON for machines',
  [paths.signingKey]: 'JSON for machines',
  [paths.statusList]: 'JSON for machines',
  [paths.achievement]: 'JSON for machines',
}

const plain = (...routes: readonly string[]): Visit[] =>
  routes.map((route) => ({ route, path: route }))
const start = (route: string): Visit => ({ route, path: route, isStart: true })
const one = (route: string, values: Readonly<Record<string, string>>): Visit => ({
  route,
  path: to(route, values),
})
const at = (route: string, path: string): Visit => ({ route, path })
const query = (route: string, values: Readonly<Record<string, string>>): Visit =>
  at(route, withQuery(route, values))
const refused = (path: string, status: number): Visit => ({ route: '', path, status })

/** Every page of the site, by who looks at it; pages about one thing need the things. */
export const visitsOf: Readonly<Record<Looker, (things: Things) => readonly Visit[]>> = {
  '': (things) => [
    start(paths.landing),
    ...plain(paths.signIn, paths.register, paths.registered, paths.forgotPassword, paths.resetSent),
    ...plain(paths.agreement, paths.registerOrganization, paths.developers),
    ...plain(paths.help, paths.privacy, paths.accessibility),
    at(paths.confirmEmail, things.confirmation),
    at(paths.resetPassword, things.reset),
    at(paths.invitation, things.invitation),
    ...plain(paths.tracks, paths.badges, paths.crosswalk, paths.centers, paths.verify),
    one(paths.track, { slug: things.track }),
    one(paths.track, { slug: things.listless }),
    one(paths.badge, { slug: things.badge }),
    one(paths.center, { id: things.center }),
    query(paths.centers, { near: 'Gresham', accepting: 'true' }),
    query(paths.centers, { near: 'Atlantis' }),
    query(paths.crosswalk, { on: '1990-01-01' }),
    one(paths.share, { id: things.shareId }),
    one(paths.credential, { id: things.sharedId }),
    refused(to(paths.credential, { id: things.awardId }), 404),
    one(paths.publicAgreement, { id: things.agreementId }),
    ...plain(paths.whatIf, paths.pathways),
    one(paths.pathway, { id: things.pathwayId }),
    at(paths.whatIf, `${paths.whatIf}?badge=javascript-basics&badge=sql-basics`),
    refused('/no-such-page', 404),
    refused(to(paths.track, { slug: 'no-such-track' }), 404),
    refused(to(paths.resetPassword, { account: 'nobody', token: 'x'.repeat(43) }), 409),
  ],
  learner: (things) => [
    start(paths.home),
    ...plain(paths.record, paths.readiness, paths.credit, paths.profile, paths.settings),
    ...plain(paths.newEvidence, paths.pasteEvidence, paths.nameProfile),
    ...plain(paths.bringBadge, paths.pasteBadge),
    query(paths.ownProfile, { name: 'samplelearner5' }),
    one(paths.import, { id: things.importId }),
    one(paths.credential, { id: things.awardId }),
    ...plain(paths.shares),
    one(paths.track, { slug: 'front-end-web-development' }),
    one(paths.startTrack, { slug: things.track }),
    ...plain(paths.myMentors, paths.referrals, paths.newReferral),
    one(paths.mentorMaySee, { id: things.pairingId }),
    ...plain(paths.changePassword, paths.sendConfirmation, paths.signOut, paths.newOrganization),
    refused(paths.manager, 403),
    refused(to(paths.referral, { id: things.referralId }), 404),
  ],
  ready: (things) => [
    start(paths.home),
    ...plain(paths.credit, paths.newClaim, paths.readiness, paths.consents, paths.disclosures),
    one(paths.answerClaim, { id: things.claimId }),
    one(paths.appealClaim, { id: things.refusedId }),
    one(paths.pathway, { id: things.pathwayId }),
    one(paths.applyToPathway, { id: things.pathwayId }),
    one(paths.leavePathway, { id: things.pathwayId }),
    query(paths.newConsent, { purpose: 'credit', party: things.college }),
    one(paths.endConsent, { id: things.consentId }),
    one(paths.consent, { id: things.consentId }),
    one(paths.renewConsent, { id: things.consentId }),
    ...plain(paths.shares, paths.takeRecord, paths.chooseTranscript),
    query(paths.newShare, { credential: things.sharedId }),
    one(paths.credential, { id: things.sharedId }),
    one(paths.shareOpenings, { id: things.shareId }),
    one(paths.stopShare, { id: things.shareId }),
    ...plain(paths.referrals),
    query(paths.newReferral, { center: things.center }),
    one(paths.referral, { id: things.referralId }),
    one(paths.answerReferral, { id: things.referralId }),
    one(paths.editCenter, { id: things.center }),
  ],
  mentor: (things) => [
    start(paths.mentor),
    ...plain(paths.mentorCapacity),
    one(paths.mentorLearner, { id: things.learnerId }),
    one(paths.newMeeting, { id: things.learnerId }),
    one(paths.newNudge, { id: things.learnerId }),
  ],
  staff: (things) => [
    start(paths.staff),
    ...plain(paths.readyList, paths.referralQueue, paths.findLearners),
    query(paths.findLearners, { q: 'Lena' }),
    one(paths.staffLearner, { id: things.learnerId }),
    one(paths.staffReferral, { id: things.learnerId }),
    one(paths.newPairing, { id: things.learnerId }),
    one(paths.endPairing, { id: things.pairingId }),
    one(paths.referral, { id: things.referralId }),
    one(paths.answerReferral, { id: things.referralId }),
  ],
  college: (things) => [
    start(paths.college),
    ...plain(paths.endorsements, paths.newEndorsement),
    one(paths.withdrawEndorsement, { id: things.endorsementId }),
    one(paths.collegeClaim, { id: things.claimId }),
    ...plain(
      paths.collegeSettings,
      paths.collegeAgreements,
      paths.staleAgreements,
      paths.collegeCourses,
    ),
    ...plain(paths.proposals, paths.chooseCollege, paths.newProposal, paths.editCourse),
    query(paths.chooseCollege, { college: things.college }),
    ...plain(paths.collegePathways, paths.newPathway, paths.importCrosswalk, paths.creditReport),
    one(paths.crosswalkImport, { id: things.crosswalkImportId }),
    one(paths.collegePathway, { id: things.pathwayId }),
    query(paths.retireAgreement, { agreement: things.agreementId }),
    one(paths.proposal, { id: things.proposalId }),
    one(paths.amendProposal, { id: things.proposalId }),
    one(paths.proposalLearners, { id: things.proposalId }),
  ],
  employer: () => [start(paths.employer)],
  provider: (things) => [
    start(paths.provider),
    ...plain(paths.newRoster, paths.attest, paths.webhook, paths.proposals, paths.newProposal),
    one(paths.import, { id: things.rosterId }),
  ],
  manager: (things) => [
    start(paths.manager),
    ...plain(paths.readinessRules, paths.people, paths.invite, paths.invitations),
    at(paths.readinessRules, things.rulesPreview),
    at(paths.withdrawInvitation, things.withdraw),
    one(paths.person, { id: things.accountId }),
    one(paths.personRoles, { id: things.accountId }),
    one(paths.deactivatePerson, { id: things.accountId }),
    one(paths.reactivatePerson, { id: things.accountId }),
    ...plain(paths.organizations, paths.messages),
    one(paths.organization, { id: things.pending }),
    one(paths.editOrganization, { id: things.pending }),
    one(paths.decideOrganization, { id: things.pending }),
    one(paths.retryMessage, { id: things.mail }),
    ...plain(paths.trustedIssuers, paths.newTrustedIssuer),
    one(paths.trustedIssuer, { id: things.trustedIssuer }),
    one(paths.endTrustedIssuer, { id: things.trustedIssuer }),
    ...plain(paths.editTracks, paths.editBadges),
    one(paths.editTrack, { slug: 'new' }),
    one(paths.editTrack, { slug: things.track }),
    one(paths.previewTrack, { slug: things.track }),
    one(paths.discardTrackDraft, { slug: things.track }),
    one(paths.editBadge, { slug: 'new' }),
    one(paths.editBadge, { slug: things.badge }),
    at(paths.previewBadge, things.badgePreview),
    one(paths.badgeAwards, { slug: things.badge }),
    one(paths.withdrawAward, { id: things.awardId }),
    ...plain(paths.credentialList, paths.signBadges),
    query(paths.changeCredentials, { kind: 'suspend', whole: 'page' }),
  ],
}
