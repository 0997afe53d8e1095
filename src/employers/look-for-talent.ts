import type { Actor } from '../access/actor.js'
import { listBadges } from '../badges/list-badges.js'
import { countLearners } from '../learners/learner-store.js'
import { badgesFor, countedUpTo, shownCount, type Talent } from './talent.js'

/** What an employer may know without anybody's consent: the badges by skill, and how many are job-ready by track. */
export async function lookForTalent(actor: Actor, skill: string | undefined): Promise<Talent> {
  const communityId = actor.roles.find((at) => at.role === 'employer')?.communityId ?? ''
  const { badges, tracks } = await listBadges('', actor)
  const counted = tracks.map(async (track) => {
    const filter = { communityId, ready: true, track: track.slug } as const
    return { track, ready: shownCount(await countLearners(filter, countedUpTo), countedUpTo) }
  })
  return { badges: badgesFor(badges, skill), tracks: await Promise.all(counted) }
}
