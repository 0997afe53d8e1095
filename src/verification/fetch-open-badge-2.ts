import type { ReadAddress } from './read-address.js'
import { isRecord, recordIn, textIn, type JsonRecord } from './read-badge-file.js'
import type { Check } from './verification.js'

/** What asking the host of a badge came to. `assertion` is the host's own, with its badge and issuer in place. */
export interface FetchedBadge2 {
  readonly assertion?: JsonRecord
  readonly signature: Pick<Check, 'outcome' | 'why'>
  readonly status?: Check
}

const recorded: FetchedBadge2 = { signature: { outcome: 'not_checked', why: 'hosted' } }

/**
 * Asks the host of an assertion: what it answers counts, whatever the copy in hand says. The address must lie on the
 * issuer's own host (Open Badges 2.0, hosted verification). Without fetching, nothing is known.
 */
export async function fetchBadge2(address: string, read: ReadAddress): Promise<FetchedBadge2> {
  if (!URL.canParse(address)) return recorded
  const got = await read(address)
  if (!got) return recorded
  if (got.status === 410)
    return { ...recorded, status: { name: 'status', outcome: 'fail', why: 'revoked' } }
  const assertion = got.status === 200 ? recordIn(got.text) : undefined
  if (assertion?.['id'] !== address) return { signature: { outcome: 'fail', why: 'hostDenies' } }
  const badge = await follow(assertion['badge'], read)
  // Always from the issuer's own address: a profile written into the badge could name any issuer and allow any host.
  const issuer = badge && (await follow(idOf(badge['issuer']), read))
  if (!badge || !issuer) return recorded
  const whole = { ...assertion, badge: { ...badge, issuer } }
  return isAllowed(address, issuer)
    ? {
        assertion: whole,
        signature: { outcome: 'pass', why: 'hostConfirms' },
        ...currentUnless(assertion),
      }
    : { signature: { outcome: 'fail', why: 'otherHost' } }
}

const currentUnless = (assertion: JsonRecord): Pick<FetchedBadge2, 'status'> =>
  assertion['revoked'] === true
    ? {}
    : { status: { name: 'status', outcome: 'pass', why: 'current' } }

const idOf = (value: unknown): unknown => (isRecord(value) ? value['id'] : value)

async function follow(value: unknown, read: ReadAddress): Promise<JsonRecord | undefined> {
  if (isRecord(value)) return value
  const got = typeof value === 'string' ? await read(value) : undefined
  const found = got?.status === 200 ? recordIn(got.text) : undefined
  return found?.['id'] === value ? found : undefined
}

function isAllowed(address: string, issuer: JsonRecord): boolean {
  const rules = isRecord(issuer['verification']) ? issuer['verification'] : {}
  const prefixes = [rules['startsWith'] ?? []].flat()
  if (prefixes.length > 0)
    return prefixes.some((prefix) => address.startsWith(textIn(prefix) || ' '))
  const { host } = new URL(address)
  const own = textIn(issuer['id'])
  const hosts = [rules['allowedOrigins'] ?? []].flat().map(textIn)
  return hosts.includes(host) || (URL.canParse(own) && new URL(own).host === host)
}
