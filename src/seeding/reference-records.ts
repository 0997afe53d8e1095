import type { Organization } from '../access/organization.js'
import type { Badge } from '../badges/badge.js'
import type { Skill } from '../badges/skill.js'
import type { Community, NationalTotal } from '../communities/community.js'
import type { Program } from '../communities/program.js'
import { seedId } from '../ids.js'
import type { RuleSet } from '../readiness/rules.js'
import type { Center } from '../centers/center.js'
import type { Occupation } from '../tracks/occupation.js'
import type { ProviderBadge } from '../tracks/provider-badge.js'
import type { Track } from '../tracks/track.js'
import type { Reference } from './reference.js'

/** The community of organizations that serve Oregon outside the program's own area. */
const oregon = 'oregon'

/** The id of a seeded organization: the same in every database. */
export const organizationIdOf = (slug: string): string => seedId('organization', slug)

type Given<T> = { [K in keyof T]?: T[K] | undefined }

/** The object without its undefined fields. */
export function present<T extends object>(fields: Given<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

/** The object without what only the seed file says about it. */
const less = <T extends object, K extends keyof T>(fields: T, ...keys: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key as K))) as Omit<
    T,
    K
  >

export const tracksOf = ({ tracks }: Reference): Track[] =>
  tracks.flatMap(({ slug, provider, versions }) =>
    versions.map((version) => {
      const { steps } = version
      return present<Track>({
        ...less(version, 'confirmed', 'occupationBasis'),
        slug,
        provider,
        steps: steps.map((step) =>
          present<Track['steps'][number]>({
            id: step.id,
            title: step.title,
            provider,
            courseSlug: step.courseSlug,
            courseUrl: step.slugConfirmed
              ? `https://teamtreehouse.com/library/${step.courseSlug}`
              : undefined,
            providerBadges: step.providerBadges,
            group: step.group,
            after: step.after,
            minutes: step.minutes,
          }),
        ),
      })
    }),
  )

export const badgesOf = ({ badges }: Reference): Badge[] =>
  badges.map((badge) =>
    present<Badge>({ ...less(badge, 'source', 'confirmed'), version: 1, status: 'published' }),
  )

export const providerBadgesOf = ({ providerBadges }: Reference): ProviderBadge[] =>
  providerBadges.badges.map(({ id, name, courseSlug, courseTitle, url }) =>
    present<ProviderBadge>({
      provider: providerBadges.provider,
      id,
      name,
      courseSlug,
      courseTitle,
      url,
    }),
  )

export const occupationsOf = ({ occupations }: Reference): Occupation[] =>
  occupations.map(({ soc, title, wageCents, wagePeriod, wageIsOld, wageSource }) =>
    present<Occupation>({
      soc,
      title,
      wageCents,
      wagePeriod,
      wageIsOld: wageIsOld === true,
      wageSource,
    }),
  )

export const skillsOf = ({ skills }: Reference): Skill[] =>
  skills.map(({ name, category, socCodes, inDemand }) => ({ name, category, socCodes, inDemand }))

/** Boards, centers, colleges, employers and providers as organizations; a slug comes once. */
export function organizationsOf(reference: Reference, now: Date): Organization[] {
  const { program, boards, centers, colleges, employers } = reference
  const place = (own: boolean) => (own ? program.community : oregon)
  const rows: Given<Organization>[] = [
    ...boards.map(({ slug, name, url, source }) => ({
      slug,
      name,
      kind: 'board' as const,
      communityId: place(slug === program.board),
      url,
      source,
    })),
    ...centers.map(({ slug, name, city, url, board, source }) => ({
      slug,
      name,
      kind: 'center' as const,
      communityId: place(board === program.board),
      city,
      url,
      source,
    })),
    ...colleges.map(({ slug, name, city, url, portlandArea, remembered, source }) => ({
      slug,
      name,
      kind: 'college' as const,
      communityId: place(portlandArea),
      city: remembered.includes('city') ? undefined : city,
      url,
      source,
    })),
    ...employers.map(({ slug, name, kind, community, source }) => ({
      slug,
      name,
      kind,
      communityId: community,
      source,
    })),
  ]
  const unique = new Map(rows.reverse().map((row) => [row.slug ?? '', row]))
  return [...unique].reverse().map(([slug, row]) =>
    present<Organization>({
      ...row,
      id: organizationIdOf(slug),
      state: 'approved',
      demonstration: false,
      registeredAt: now,
    }),
  )
}

/** The directory of centers. Only demonstration centers of the program's own board take referrals unasked. */
export const centersOf = ({ centers, program }: Reference, demonstration: boolean): Center[] =>
  centers.map((center) =>
    present<Center>({
      ...less(center, 'confirmedFields', 'confirmed'),
      id: organizationIdOf(center.slug),
      communityId: center.board === program.board ? program.community : oregon,
      acceptingReferrals:
        demonstration && center.board === program.board && center.status !== 'historical',
    }),
  )

export const communitiesOf = ({ communities }: Reference): Community[] =>
  communities.map((community) => present<Community>(community))

export const totalsOf = ({ techhireTotals }: Reference): NationalTotal[] =>
  techhireTotals.map((total) => present<NationalTotal>(less(total, 'confirmed')))

export const programOf = ({ program }: Reference, demonstration: boolean): Program => ({
  id: program.id,
  communityId: program.community,
  name: program.name,
  boardId: organizationIdOf(program.board),
  zone: program.zone,
  goal: program.goal,
  demonstration,
})

export const ruleSetOf = ({ readinessRules, program }: Reference, now: Date): RuleSet => ({
  id: seedId('readiness-rules', `${program.community} ${readinessRules.version}`),
  communityId: program.community,
  version: readinessRules.version,
  from: readinessRules.from,
  rules: readinessRules.rules,
  publishedBy: 'reference',
  publishedAt: now,
})
