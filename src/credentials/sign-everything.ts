import { setTimeout as pause } from 'node:timers/promises'
import { awardsAfter } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import type { World } from '../world.js'
import { insertCredentials, signedCopies, type SignedCopy } from './credential-store.js'
import type { Credential } from './credential.js'
import { endWithdrawn } from './end-withdrawn.js'
import { credentialFrom, issueCredential } from './issue-credential.js'
import type { SigningWorld } from './open-issuer.js'
import { signAwards, type SignDocument } from './sign-awards.js'
import { openSigner } from './signer.js'
import {
  advanceSigningWalk,
  endSigningWalk,
  nextSigningWalk,
  type SigningWalk,
} from './signing-walk-store.js'

const batch = 20

type WalkWorld = SigningWorld & Partial<Pick<World, 'log'>>

interface Walking {
  readonly world: WalkWorld
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
  /** After each batch it rests so many times as long as that took, where pages are served beside. */
  readonly rest?: number
}

/**
 * Goes on with the walk that signs every award of a community, if one was asked for; after a stop or crash from the last
 * batch done. Documents are made in a thread of their own, so that pages stay quick meanwhile.
 */
export async function signEverything({ world, signal, touch, rest = 0 }: Walking): Promise<void> {
  if (!(await nextSigningWalk())) return
  const signer = openSigner()
  try {
    for (;;) {
      const walk = await nextSigningWalk()
      if (!walk || signal.aborted) return
      const begin = performance.now()
      await signBatch(walk, world, signer.sign)
      const took = performance.now() - begin
      await touch()
      await pause(rest * took, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await signer.close()
  }
}

async function signBatch(walk: SigningWalk, world: WalkWorld, sign: SignDocument): Promise<void> {
  const awards = await awardsAfter(walk.communityId, walk.after, batch)
  const last = awards.at(-1)
  if (!last) {
    await endSigningWalk(walk, world.ports.now())
    return
  }
  const live = awards.filter(({ state }) => state === 'live')
  const copies = await signedCopies(live.map(({ id }) => id))
  const unsigned = live.filter(({ id }) => !copies.has(id))
  const behind = live.filter((award) => isBehind(award, copies.get(award.id)))
  const signed = await signNew(walk.communityId, unsigned, world, sign)
  for (const { id } of behind)
    await issueCredential(id, world).catch((err: unknown) => {
      tellFailure(world, id, err)
    })
  await advanceSigningWalk(walk, {
    after: last.id,
    done: awards.length,
    signed: signed + behind.length,
  })
}

/** Whether a live credential says something else than its award does now. */
const isBehind = (award: Award, copy: SignedCopy | undefined): boolean =>
  copy?.state === 'live' &&
  (copy.evidenceLevel !== award.evidenceLevel || copy.badgeVersion !== award.badgeVersion)

const tellFailure = ({ log }: WalkWorld, award: string | undefined, err: unknown) => {
  log?.error({ err, award }, 'an award could not be signed')
}

/** Signs a batch; when that fails, one by one, so that an award that can't be signed stops none of the others. */
async function signNew(
  communityId: string,
  awards: readonly Award[],
  world: WalkWorld,
  sign: SignDocument,
): Promise<number> {
  try {
    return await signTogether(communityId, awards, world, sign)
  } catch (err) {
    if (awards.length > 1) {
      let signed = 0
      for (const award of awards) signed += await signNew(communityId, [award], world, sign)
      return signed
    }
    tellFailure(world, awards[0]?.id, err)
    return 0
  }
}

async function signTogether(
  communityId: string,
  awards: readonly Award[],
  world: WalkWorld,
  sign: SignDocument,
): Promise<number> {
  const made: Credential[] = []
  const toSign = awards.map((award) => ({ award }))
  for await (const signed of signAwards(communityId, toSign, world, sign))
    made.push(credentialFrom(signed))
  const kept = await insertCredentials(made)
  await endWithdrawn([...kept], world)
  return kept.size
}
