import type { Actor, Role } from './access/actor.js'
import type { NavLink } from './http/page.js'
import { paths } from './http/paths.js'

const publicLinks: readonly NavLink[] = [
  { href: paths.tracks, label: 'navigation:tracks' },
  { href: paths.badges, label: 'navigation:badges' },
  { href: paths.crosswalk, label: 'navigation:crosswalk' },
  { href: paths.centers, label: 'navigation:centers' },
  { href: paths.verify, label: 'navigation:verify' },
]

const roleLinks: Readonly<Record<Role, readonly NavLink[]>> = {
  learner: [
    { href: paths.home, label: 'navigation:home' },
    { href: paths.newEvidence, label: 'navigation:evidence' },
    { href: paths.readiness, label: 'navigation:readiness' },
    { href: paths.credit, label: 'navigation:credit' },
    { href: paths.record, label: 'navigation:record' },
    { href: paths.appointments, label: 'navigation:calendar' },
    { href: paths.myPlan, label: 'navigation:myPlan' },
    { href: paths.consents, label: 'navigation:consents' },
  ],
  mentor: [{ href: paths.mentor, label: 'navigation:mentor' }],
  staff: [
    { href: paths.staff, label: 'navigation:staff' },
    { href: paths.readyList, label: 'navigation:ready' },
    { href: paths.referralQueue, label: 'navigation:queue' },
    { href: paths.duplicates, label: 'navigation:duplicates' },
    { href: paths.endpoints, label: 'navigation:endpoints' },
    { href: paths.calendar, label: 'navigation:calendar' },
    { href: paths.cases, label: 'navigation:caseload' },
  ],
  college: [
    { href: paths.college, label: 'navigation:college' },
    { href: paths.collegeAgreements, label: 'navigation:agreements' },
    { href: paths.endorsements, label: 'navigation:endorsements' },
    { href: paths.proposals, label: 'navigation:proposals' },
    { href: paths.endpoints, label: 'navigation:endpoints' },
  ],
  employer: [
    { href: paths.employer, label: 'navigation:employer' },
    { href: paths.verify, label: 'navigation:verify' },
    { href: paths.endorsements, label: 'navigation:endorsements' },
  ],
  provider: [
    { href: paths.provider, label: 'navigation:provider' },
    { href: paths.proposals, label: 'navigation:proposals' },
  ],
  manager: [
    { href: paths.manager, label: 'navigation:program' },
    { href: paths.readinessRules, label: 'navigation:rules' },
    { href: paths.participants, label: 'navigation:reports' },
    { href: paths.people, label: 'navigation:people' },
    { href: paths.duplicates, label: 'navigation:duplicates' },
    { href: paths.organizations, label: 'navigation:organizations' },
    { href: paths.importCenters, label: 'navigation:editCenters' },
    { href: paths.editTracks, label: 'navigation:editTracks' },
    { href: paths.editBadges, label: 'navigation:editBadges' },
    { href: paths.credentialList, label: 'navigation:signedBadges' },
    { href: paths.trustedIssuers, label: 'navigation:trustedIssuers' },
    { href: paths.messages, label: 'navigation:messages' },
  ],
}

/** The main navigation: what the person's roles open, then what is public where there is room; each link once. */
export function navigationFor(visitor: Actor | undefined): readonly NavLink[] {
  if (!visitor) return publicLinks
  const own = visitor.roles.flatMap((at) => roleLinks[at.role])
  const links = [...own, ...publicLinks.slice(0, own.length > 5 ? 1 : undefined)]
  return [...new Map(links.map((link) => [link.href, link])).values()]
}
