import type { Actor, Role } from './access/actor.js'
import type { NavLink } from './http/page.js'
import { paths } from './http/paths.js'

const publicLinks: readonly NavLink[] = []

const roleLinks: Readonly<Record<Role, readonly NavLink[]>> = {
  learner: [{ href: paths.newEvidence, label: 'providers:new.title' }],
  mentor: [],
  staff: [],
  college: [],
  employer: [],
  provider: [{ href: paths.provider, label: 'providers:home.title' }],
  manager: [
    { href: paths.people, label: 'access:people.title' },
    { href: paths.organizations, label: 'access:organizations.title' },
    { href: paths.messages, label: 'messages:list.title' },
  ],
}

/** The main navigation: what is public, then what the person's roles open; each link once. */
export function navigationFor(visitor: Actor | undefined): readonly NavLink[] {
  if (!visitor) return publicLinks
  const links = [
    { href: paths.home, label: 'navigation:home' },
    ...visitor.roles.flatMap((at) => roleLinks[at.role]),
    ...publicLinks,
  ]
  return [...new Map(links.map((link) => [link.href, link])).values()]
}
