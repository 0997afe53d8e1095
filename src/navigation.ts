import type { Actor, Role } from './access/actor.js'
import type { NavGroup, NavLink, Navigation } from './http/page.js'
import { paths } from './http/paths.js'

const link = (href: string, name: string, over?: RegExp): NavLink => ({
  href,
  label: `navigation:${name}`,
  ...(over && { over }),
})

const publicLinks: readonly NavLink[] = [
  link(paths.tracks, 'tracks'),
  link(paths.badges, 'badges'),
  link(paths.crosswalk, 'crosswalk'),
  link(paths.centers, 'centers'),
  link(paths.verify, 'verify'),
]

/** What a role opens every day, in one line; and the rest, by what it is for. */
interface RoleLinks {
  readonly daily: readonly NavLink[]
  readonly more?: Readonly<Record<string, readonly NavLink[]>>
}

const roleLinks: Readonly<Record<Role, RoleLinks>> = {
  learner: {
    daily: [
      link(paths.home, 'home'),
      link(paths.newEvidence, 'evidence'),
      link(paths.readiness, 'readiness'),
      link(paths.credit, 'credit'),
      link(paths.record, 'record'),
    ],
    more: {
      help: [
        link(paths.referrals, 'myReferrals'),
        link(paths.appointments, 'calendar'),
        link(paths.myPlan, 'myPlan'),
        link(paths.myMentors, 'myMentors'),
      ],
      yours: [
        link(paths.consents, 'consents'),
        link(paths.shares, 'shares'),
        link(paths.takeRecord, 'takeRecord'),
        link(paths.profile, 'profile'),
      ],
    },
  },
  mentor: { daily: [link(paths.mentor, 'mentor'), link(paths.mentorCapacity, 'capacity')] },
  staff: {
    daily: [
      link(paths.staff, 'staff'),
      link(paths.readyList, 'ready'),
      link(paths.referralQueue, 'queue'),
      link(paths.cases, 'caseload', /^\/staff\/learners\/[^/]+\/case\//),
      link(paths.calendar, 'calendar', /^\/staff\/slots\//),
      link(paths.findLearners, 'find'),
    ],
    more: {
      records: [link(paths.duplicates, 'duplicates')],
      systems: [link(paths.endpoints, 'endpoints')],
    },
  },
  college: {
    daily: [
      link(paths.college, 'college'),
      link(paths.collegeAgreements, 'agreements'),
      link(paths.proposals, 'proposals'),
      link(paths.collegePathways, 'pathways'),
    ],
    more: {
      catalog: [
        link(paths.collegeCourses, 'courses'),
        link(paths.staleAgreements, 'stale'),
        link(paths.endorsements, 'endorsements'),
      ],
      reports: [link(paths.creditReport, 'creditReport')],
      systems: [
        link(paths.collegeSettings, 'collegeSettings'),
        link(paths.importCrosswalk, 'importCrosswalk'),
        link(paths.endpoints, 'endpoints'),
      ],
    },
  },
  employer: { daily: [link(paths.employer, 'employer'), link(paths.endorsements, 'endorsements')] },
  provider: {
    daily: [
      link(paths.provider, 'provider'),
      link(paths.newRoster, 'roster'),
      link(paths.attest, 'attest'),
      link(paths.proposals, 'proposals'),
    ],
    more: { systems: [link(paths.webhook, 'webhook')] },
  },
  manager: {
    daily: [
      link(paths.manager, 'program'),
      link(paths.people, 'people'),
      link(paths.organizations, 'organizations'),
      link(paths.readinessRules, 'rules'),
      link(paths.participants, 'reports'),
    ],
    more: {
      catalog: [
        link(paths.editTracks, 'editTracks'),
        link(paths.editBadges, 'editBadges'),
        link(paths.credentialList, 'signedBadges'),
        link(paths.trustedIssuers, 'trustedIssuers'),
        link(paths.importCenters, 'editCenters'),
      ],
      records: [
        link(paths.duplicates, 'duplicates'),
        link(paths.legalHolds, 'holds'),
        link(paths.history, 'history'),
        link(paths.messages, 'messages'),
      ],
    },
  },
}

/** So many links are one line on a wide screen, in Spanish too. */
const inOneLine = 6

const once = (links: readonly NavLink[]): NavLink[] => [
  ...new Map(links.map((one) => [one.href, one])).values(),
]

/**
 * The main navigation. A visitor sees what is public. Whoever is signed in sees what their roles do every day in one line;
 * under "More" the rest, by what it is for, and what is public. Each link once.
 */
export function navigationFor(visitor: Actor | undefined): Navigation {
  if (!visitor) return { links: publicLinks, more: [] }
  const held = [...new Set(visitor.roles.map(({ role }) => role))]
  const key = held.join(' ')
  const kept = made.get(key) ?? navigationOf(held)
  made.set(key, kept)
  return kept
}

/** Made once for each set of roles: every page asks for it. */
const made = new Map<string, Navigation>()

function navigationOf(held: readonly Role[]): Navigation {
  const roles = held.map((role) => roleLinks[role])
  const daily = once(roles.flatMap((role) => role.daily))
  const groups = new Map<string, NavLink[]>()
  const add = (name: string, links: readonly NavLink[]) =>
    groups.set(name, [...(groups.get(name) ?? []), ...links])
  add('work', daily.slice(inOneLine))
  for (const { more = {} } of roles)
    for (const [name, links] of Object.entries(more)) add(name, links)
  add('public', [...publicLinks, link(paths.communities, 'communities')])
  const shown = new Set(daily.slice(0, inOneLine).map(({ href }) => href))
  const more: NavGroup[] = []
  for (const [name, links] of groups) {
    const left = once(links).filter(({ href }) => !shown.has(href))
    for (const { href } of left) shown.add(href)
    if (left.length > 0) more.push({ label: `navigation:group.${name}`, links: left })
  }
  return { links: daily.slice(0, inOneLine), more }
}
