import { findOrganizations } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { searchCenters } from '../centers/center-store.js'
import type { Center } from '../centers/center.js'
import { notFound } from '../problems.js'
import { findTracks } from '../tracks/track-store.js'
import type { Track } from '../tracks/track.js'
import { findCommunity } from './community-store.js'
import type { Community } from './community.js'
import { findCounters } from './counter-store.js'
import type { Counters } from './counter.js'
import { findProgram } from './program-store.js'
import type { Program } from './program.js'

const mostShown = 200

/** What runs in one community on this site; counters are undefined before the first count. */
export interface RunningProgram {
  readonly program: Program
  readonly counters?: Counters
  readonly centers: readonly Center[]
  readonly tracks: readonly Track[]
}

/** One community; it has facts from the public lists, a program on this site, or both. */
export interface CommunityRead {
  readonly slug: string
  readonly community?: Community
  /** The approved organizations of the community, those that only a list names among them. */
  readonly organizations: readonly Organization[]
  readonly running?: RunningProgram
}

/** The community of that slug. Throws not-found where no list names it and no program runs. */
export async function readCommunity(slug: string): Promise<CommunityRead> {
  const [community, program] = await Promise.all([findCommunity(slug), findProgram(slug)])
  if (!community && !program) throw notFound('communities:problem.unknown')
  const [organizations, running] = await Promise.all([
    findOrganizations({ communityId: slug, state: 'approved' }, mostShown),
    program && readRunning(program),
  ])
  return { slug, organizations, ...(community && { community }), ...(running && { running }) }
}

async function readRunning(program: Program): Promise<RunningProgram> {
  const { communityId } = program
  const [counters, centers, tracks] = await Promise.all([
    findCounters(communityId),
    searchCenters({ communityId, limit: mostShown }),
    findTracks(),
  ])
  return { program, ...(counters && { counters }), centers, tracks }
}
