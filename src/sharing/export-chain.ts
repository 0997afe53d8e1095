import type { Actor } from '../access/actor.js'
import type { Words } from '../http/words.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import { notAllowed } from '../problems.js'
import {
  chainFormat,
  endKind,
  hashOfLink,
  linkClaims,
  type ChainData,
  type ChainEntry,
  type ChainKey,
  type LinkClaims,
} from './chain.js'
import { chainSources } from './chain-sources.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import type { PublicJwk } from '../credentials/published-key.js'
import { signStatement } from '../credentials/sign-statement.js'
import { findPublishedKey } from '../credentials/signing-key-store.js'

/** A chain ready to be put into a file: the data, and what its links say in order. */
export interface ExportedChain {
  readonly data: ChainData
  readonly links: readonly LinkClaims[]
  readonly name: string
  readonly demonstration: boolean
}

/**
 * The whole record of the learner who asks as a chain of signed links. Every link is signed now by whoever answers for it;
 * the credentials inside are those that were signed before.
 */
export async function exportChain(
  actor: Actor,
  words: Words,
  world: SigningWorld,
): Promise<ExportedChain> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const asked = { learner, words, now: world.ports.now(), world }
  const entries: ChainEntry[] = []
  for (const source of chainSources) entries.push(...(await source(asked)))
  const chain = newId()
  const signed: { readonly jws: string; readonly claims: LinkClaims }[] = []
  for (const entry of [...entries, endOf(entries.length + 1, learner.communityId, words)]) {
    const last = signed.at(-1)
    const claims = linkClaims(entry, {
      chain,
      position: signed.length + 1,
      previous: last ? hashOfLink(last.jws) : null,
      subject: `urn:uuid:${learner.id}`,
    })
    signed.push({ jws: await signStatement(entry.owner, claims, world), claims })
  }
  const links = signed.map(({ jws }) => jws)
  return {
    data: { format: chainFormat, keys: await keysOf(signed), links },
    links: signed.map(({ claims }) => claims),
    name: learner.name,
    demonstration: learner.demonstration,
  }
}

/** The public halves of all keys that signed the links and the credentials in them. */
async function keysOf(
  signed: readonly { readonly jws: string; readonly claims: LinkClaims }[],
): Promise<ChainKey[]> {
  const tokens = signed.flatMap(({ jws, claims }) => [jws, claims.credential ?? ''])
  const kids = new Set(tokens.flatMap((token) => kidOf(token) ?? []))
  const found = await Promise.all(
    [...kids].map(async (kid) => {
      const key = await findPublishedKey(kid.slice(kid.lastIndexOf('/') + 1))
      if (!key) throw new Error(`no key ${kid} is published`)
      return { kid, jwk: plainJwk(key.jwk) }
    }),
  )
  return found
}

function kidOf(token: string): string | undefined {
  if (token === '') return undefined
  const header = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')
  return (JSON.parse(header) as { kid: string }).kid
}

const plainJwk = ({ kty, crv, x, n, e }: PublicJwk): ChainKey['jwk'] => ({
  kty,
  ...(crv !== undefined && { crv }),
  ...(x !== undefined && { x }),
  ...(n !== undefined && { n }),
  ...(e !== undefined && { e }),
})

const endOf = (links: number, communityId: string, words: Words): ChainEntry => ({
  kind: endKind,
  owner: { communityId },
  title: words.t('sharing:chain.end.title'),
  lines: [[words.t('sharing:chain.end.links'), words.number(links)]],
  data: { links },
})
