import { expect } from 'chai'
import type { Actor, Role } from '../../src/access/actor.js'
import { roleForKind } from '../../src/access/organization.js'
import { paths } from '../../src/http/paths.js'
import { navigationFor } from '../../src/navigation.js'

const visitorWith = (...roles: readonly Role[]): Actor => ({
  accountId: 'ada',
  email: 'ada@example.org',
  language: 'en',
  name: 'Ada',
  roles: roles.map((role) => ({ role, organizationId: 'board', communityId: 'portland' })),
})

const roles: readonly Role[] = ['learner', 'mentor', ...Object.values(roleForKind)]

const hrefsOf = (visitor: Actor | undefined) => {
  const { links, more } = navigationFor(visitor)
  return [...links, ...more.flatMap((group) => group.links)].map(({ href }) => href)
}

describe('the main navigation', () => {
  for (const held of [...roles.map((role) => [role]), roles])
    it(`of ${held.join(' and ')} is six links at most, and the rest under More, each once`, () => {
      const hrefs = hrefsOf(visitorWith(...held))

      expect(navigationFor(visitorWith(...held)).links.length).to.be.within(1, 6)
      expect(new Set(hrefs).size).to.equal(hrefs.length)
      expect(hrefs).to.include.members([paths.tracks, paths.centers, paths.communities])
    })

  it('leads somebody with several roles to the pages of each', () => {
    const hrefs = hrefsOf(visitorWith(...roles))

    for (const role of roles)
      expect(hrefs).to.include.members(
        navigationFor(visitorWith(role)).links.map(({ href }) => href),
      )
  })

  it('of a visitor is what is public, in one line', () => {
    expect(navigationFor(undefined).more).to.deep.equal([])
    expect(hrefsOf(undefined)).to.include.members([paths.tracks, paths.verify])
  })
})
