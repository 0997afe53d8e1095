import { randomInt } from 'node:crypto'
import { newId } from '../ids.js'
import { emptyBits, listBits } from './status-list.js'
import { insertStatusList, newestListOf, takePlaces, type StatusList } from './status-list-store.js'
import type { SigningWorld } from './open-issuer.js'

/** A place in a status list. */
export interface StatusPlace {
  readonly list: Pick<StatusList, 'id' | 'url'>
  readonly index: number
}

/**
 * Takes one place in a status list of the issuer for each credential, at random, so that a place tells nothing about when
 * or for whom. Safe beside other processes: a place is given once. A list that is half full is followed by a new one, so
 * that a random place is free at the second try on average, and the unused half hides the used.
 */
export async function takeIndices(
  issuerId: string,
  credentialIds: readonly string[],
  world: Pick<SigningWorld, 'config'>,
): Promise<StatusPlace[]> {
  const places: StatusPlace[] = []
  while (places.length < credentialIds.length) {
    const list = await listWithRoom(issuerId, world)
    const left = credentialIds.slice(places.length, places.length + mostAtOnce)
    const indices = distinct(left.length)
    const wanted = left.map((credentialId, at) => ({ credentialId, index: indices[at] ?? 0 }))
    const got = await takePlaces(list.id, wanted)
    places.push(...got.map((index) => ({ list, index })))
  }
  return places
}

const mostAtOnce = 500

function distinct(count: number): number[] {
  const indices = new Set<number>()
  while (indices.size < count) indices.add(randomInt(listBits))
  return [...indices]
}

async function listWithRoom(
  issuerId: string,
  { config }: Pick<SigningWorld, 'config'>,
): Promise<StatusList> {
  for (;;) {
    const newest = await newestListOf(issuerId)
    if (newest && newest.taken < listBits / 2) return newest
    const id = newId()
    await insertStatusList({
      id,
      issuerId,
      number: (newest?.number ?? 0) + 1,
      url: `${config.baseUrl}/status/${id}`,
      taken: 0,
      revision: 0,
      bits: emptyBits(),
    })
  }
}
