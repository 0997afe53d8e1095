import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import { invalid, notFound, refused } from '../problems.js'
import { findIssuer } from '../credentials/issuer-store.js'
import { fetchPublished } from './fetch-published.js'
import { readPinned, type PinnedDocument } from './pinned-document.js'
import type { ReadAddress } from './read-address.js'
import { changeEntry, findEntry, findEntryOf, insertEntry } from './trusted-issuer-store.js'
import { eventFor, type TrustedIssuer, type TrustEvent } from './trusted-issuer.js'

/** What a manager typed and pasted. */
export interface Pin {
  readonly issuerId: string
  readonly name: string
  readonly document: string
  /** The keys that were compared: then every key of the document must be among them, and no other. */
  readonly fingerprints?: readonly string[]
}

interface ReadPin extends PinnedDocument {
  /** The entry so far, whose keys this would replace. */
  readonly before: TrustedIssuer | undefined
}

export interface PinPreview extends ReadPin {
  readonly document: string
  /** Where the document was read, when nobody pasted it. */
  readonly fetchedFrom?: string
}

/**
 * What pinning would come to; changes nothing. Without a document the issuer's own address is asked, if `read` is given.
 * Throws invalid with every fault of the document.
 */
export async function previewPin(pin: Pin, read: ReadAddress | undefined): Promise<PinPreview> {
  if (pin.document !== '' || !read) return { ...(await readPin(pin)), document: pin.document }
  const { document, address } = await fetchPublished(pin.issuerId, read)
  return { ...(await readPin({ ...pin, document })), document, fetchedFrom: address }
}

async function readPin(pin: Pin): Promise<ReadPin> {
  if (pin.document === '') throw invalid([{ field: 'document', message: 'http:field.required' }])
  const pinned = readPinned(pin.document, pin.issuerId)
  if (await findIssuer(pinned.issuerId))
    throw invalid([{ field: 'issuerId', message: 'verification:pin.ownIssuer' }])
  const name = pin.name || pinned.name
  if (name === '') throw invalid([{ field: 'name', message: 'http:field.required' }])
  return { ...pinned, name, before: await findEntryOf(pinned.issuerId) }
}

/**
 * Trusts an issuer by these keys; they take the place of those it had. Answers with the id of its entry. Throws refused
 * when somebody changed the entry meanwhile.
 */
export async function trustIssuer(actor: Actor, pin: Pin, now: Date): Promise<string> {
  const { before, issuerId, name, form, keys } = await readPin(pin)
  refuseUncompared(keys, pin.fingerprints)
  const event = eventOf(eventFor(before), actor, now, keys)
  const state = 'trusted'
  if (!before) {
    const id = newId()
    const entry = { id, issuerId, name, form, keys, state, version: 1, history: [event] } as const
    if (!(await insertEntry(entry))) throw refused('verification:problem.overtaken')
    return id
  }
  if (!(await changeEntry(before, { name, form, keys, state }, event)))
    throw refused('verification:problem.overtaken')
  return before.id
}

function refuseUncompared(keys: TrustedIssuer['keys'], compared: Pin['fingerprints']): void {
  const isSame =
    compared === undefined ||
    (new Set(compared).size === keys.length && keys.every(({ id }) => compared.includes(id)))
  if (!isSame) throw invalid([{ field: 'fingerprints', message: 'verification:pin.fingerprints' }])
}

const eventOf = (
  what: TrustEvent['what'],
  actor: Actor,
  at: Date,
  keys: TrustedIssuer['keys'],
): TrustEvent => ({
  what,
  at,
  by: actor.accountId,
  byName: actor.name,
  keys: keys.map(({ id }) => id),
})

/** Ends the trust, with the reason. Throws not-found for an unknown entry, refused when it has ended already. */
export async function endTrust(actor: Actor, id: string, reason: string, now: Date): Promise<void> {
  const entry = await findEntry(id)
  if (!entry) throw notFound()
  if (entry.state === 'ended') throw refused('verification:problem.endedBefore')
  const event = { ...eventOf('ended', actor, now, entry.keys), reason }
  if (!(await changeEntry(entry, { state: 'ended' }, event)))
    throw refused('verification:problem.overtaken')
}
