import { randomBytes } from 'node:crypto'
import { DateTime } from 'luxon'
import type { Award } from '../badges/badge.js'
import { dayOf, type Day } from '../calendar.js'
import { courseAlignments } from './course-alignment.js'
import type { Copy, Credential, JsonObject } from './credential.js'
import { courseWords, documentWords } from './document-view.js'
import { buildDocument, type IssuerProfile } from './document.js'
import { signEmbedded } from './embedded-proof.js'
import { identityHash } from './identity.js'
import { claimsFor, signJws } from './jws.js'
import { openIssuer, type SigningWorld } from './open-issuer.js'
import { openKeys, type SigningKeys } from './open-keys.js'
import { readSources, versionKey, type Sources } from './read-sources.js'
import { takeIndices, type StatusPlace } from './take-indices.js'

/** An award to sign: anew, or as the next copy of a credential. */
export interface ToSign {
  readonly award: Award
  readonly known?: Credential | undefined
}

/** What signing makes: a copy, and what the credential it belongs to says of itself. */
export interface Signed {
  readonly award: Award
  readonly copy: Copy
  readonly issuerId: string
  readonly salt: string
  readonly identityHash: string | undefined
}

/** How an embedded proof is made: here, or in a thread of its own (signer.ts). */
export type SignDocument = typeof signEmbedded

interface Setting {
  readonly sign: SignDocument
  readonly sources: Sources
  readonly issuer: IssuerProfile
  readonly keys: SigningKeys
  readonly world: SigningWorld
  readonly now: Date
}

/**
 * Signs awards of one community with the program's keys: documents with an embedded proof and as VC-JWTs, each with a place
 * in a status list. Saves nothing but the places. Yields one by one, in the order given.
 */
export async function* signAwards(
  communityId: string,
  awards: readonly ToSign[],
  world: SigningWorld,
  sign: SignDocument = signEmbedded,
): AsyncGenerator<Signed> {
  if (awards.length === 0) return
  const sources = await readSources(
    communityId,
    awards.map(({ award }) => award),
  )
  const issuer = await openIssuer({ communityId }, world)
  const profile = { id: issuer.id, name: sources.program.name, url: `${world.config.baseUrl}/` }
  const ids = awards.map(({ award }) => award.id)
  const places = await takeIndices(issuer.id, ids, world)
  for (let from = 0; from < awards.length; from += together) {
    const keys = await openKeys(issuer, world)
    const setting = { sign, sources, issuer: profile, keys, world, now: world.ports.now() }
    const signed = awards.slice(from, from + together).map((toSign, at) => {
      const place = places[from + at]
      if (!place) throw new Error('fewer places than awards')
      return signOne(toSign, place, setting)
    })
    yield* await Promise.all(signed)
  }
}

/** So many are signed at once: RSA is done off the main thread. */
const together = 4

async function signOne(toSign: ToSign, place: StatusPlace, setting: Setting): Promise<Signed> {
  const { award, known } = toSign
  const { sources, issuer, keys, now } = setting
  const salt = known?.salt ?? randomBytes(16).toString('hex')
  const email = sources.emails.get(award.learnerId)
  const hash = email === undefined ? undefined : identityHash(email, salt)
  const validFrom = laterThan(known, now)
  const identity = hash === undefined ? undefined : { hash, salt }
  const unsigned = documentOf(award, { place, validFrom, identity }, setting)
  const [embedded, jws] = await Promise.all([
    setting.sign(unsigned, keys.Ed25519, now),
    signJws(claimsFor(unsigned), keys.RSA),
  ])
  const copy: Copy = {
    number: (known?.copies.length ?? 0) + 1,
    signedAt: now,
    badgeVersion: award.badgeVersion,
    evidenceLevel: award.evidenceLevel,
    statusList: place.list.id,
    statusIndex: place.index,
    keyIds: [keys.Ed25519.id, keys.RSA.id],
    embedded: JSON.stringify(embedded),
    jws,
  }
  return { award, copy, issuerId: issuer.id, salt, identityHash: hash }
}

/** A later copy must have a later validFrom, also within one second: that is how a reader tells which one counts. */
function laterThan(known: Credential | undefined, now: Date): Date {
  const second = Math.floor(now.getTime() / 1000)
  const before = known?.copies.at(-1)?.signedAt.getTime() ?? 0
  return new Date(Math.max(second, Math.floor(before / 1000) + 1) * 1000)
}

function documentOf(
  award: Award,
  made: {
    readonly place: StatusPlace
    readonly validFrom: Date
    readonly identity: { readonly hash: string; readonly salt: string } | undefined
  },
  { sources, issuer, world, now }: Setting,
): JsonObject {
  const { baseUrl } = world.config
  const badge = sources.badges.get(versionKey(award.badge, award.badgeVersion))
  if (!badge) throw new Error(`no badge ${award.badge} version ${award.badgeVersion}`)
  const { zone } = sources.program
  const on = dayOf(now, zone)
  return buildDocument({
    baseUrl,
    award,
    badge,
    issuer,
    facts: award.facts.flatMap((id) => sources.facts.get(id) ?? []),
    skills: badge.skills.flatMap((name) => sources.skills.get(name) ?? []),
    courses: courseAlignments(award, sources.agreements, on, { baseUrl, words: courseWords }),
    endorsements: sources.endorsements.get(award.badge) ?? [],
    words: documentWords(award, badge, sources.names, sources.providers),
    ...(made.identity && { identity: made.identity }),
    awardedAt: startOf(award.awardedOn, zone),
    validFrom: made.validFrom,
    status: { url: made.place.list.url, index: made.place.index },
  })
}

const startOf = (day: Day, zone: string): Date => DateTime.fromISO(day, { zone }).toJSDate()
