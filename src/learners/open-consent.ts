import type { Organization } from '../access/organization.js'
import { findOrganizationsByIds } from '../access/organization-store.js'
import type { ListPage } from '../http/list.js'
import { notFound } from '../problems.js'
import { findConsent } from './consent-store.js'
import { findConsentText, type ConsentText } from './consent-text-store.js'
import type { Consent } from './consent.js'
import { disclosuresUnder } from './disclosure-store.js'
import type { Disclosure } from './disclosure.js'
import { chainsAbout, pageOfChains } from './read-chains.js'

/** A consent with all that belongs to it. */
export interface OpenedConsent {
  readonly consent: Consent
  readonly parties: ReadonlyMap<string, Organization>
  /** The words of the last signature; undefined when they were not kept. */
  readonly words: ConsentText | undefined
}

/** One of the learner's own consents. Throws not-found for anybody else's. */
export async function openConsent(
  learnerId: string | undefined,
  id: string,
): Promise<OpenedConsent> {
  const consent = learnerId === undefined ? undefined : await findConsent(learnerId, id)
  if (!consent) throw notFound()
  const parties = await findOrganizationsByIds(consent.parties)
  return {
    consent,
    parties: new Map(parties.map((organization) => [organization.id, organization])),
    words: await findConsentText(consent.textHash),
  }
}

/** A page of what was shown or sent under one consent, newest first; also before it came over with a joined record. */
export async function listDisclosedUnder(
  { id, learnerId }: Pick<Consent, 'id' | 'learnerId'>,
  limit: number,
  cursor?: string,
): Promise<ListPage<Disclosure>> {
  return pageOfChains(
    await chainsAbout(learnerId),
    (chain, most, before) => disclosuresUnder(chain, id, most, before),
    limit,
    cursor,
  )
}
