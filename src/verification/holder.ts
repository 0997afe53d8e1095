/**
 * Whether a badge belongs to an e-mail address. The address in a badge is usually hashed with a salt: identity first, then
 * salt (Open Badges 3.0, IdentityObject). No rule says how letters were written before hashing, so the address is tried as
 * it was typed and in small letters.
 */
import { createHash } from 'node:crypto'
import type { BadgeContent, HolderIdentity } from './badge-content.js'
import type { Check } from './verification.js'

const isEmail = ({ type }: HolderIdentity) => /^(emailAddress|email)$/i.test(type)

type Match = 'same' | 'weak' | 'other' | 'unreadable'

const hashes: Readonly<Record<string, Match>> = { sha256: 'same', md5: 'weak' }

function matchOf({ value, hashed, salt }: HolderIdentity, email: string): Match {
  const ways = [email, email.toLowerCase()]
  if (!hashed) return ways.includes(value) || ways.includes(value.toLowerCase()) ? 'same' : 'other'
  const [algorithm = '', digest = ''] = value.split('$')
  const match = hashes[algorithm]
  if (!match) return 'unreadable'
  const isHashOf = (text: string) =>
    createHash(algorithm)
      .update(text + salt)
      .digest('hex') === digest.toLowerCase()
  return ways.some(isHashOf) ? match : 'other'
}

/** The recipient check; without an address it was not asked for. */
export function checkHolder(
  { identities, holderId }: Pick<BadgeContent, 'identities' | 'holderId'>,
  typed: string | undefined,
): Check {
  const name = 'recipient'
  const email = typed?.normalize('NFC').trim()
  if (!email) return { name, outcome: 'not_checked', why: 'notAsked' }
  const own = /^mailto:/i.test(holderId ?? '')
    ? [{ type: 'email', value: (holderId ?? '').slice(7), hashed: false, salt: '' }]
    : []
  const matches = [...identities.filter(isEmail), ...own].map((one) => matchOf(one, email))
  if (matches.includes('same')) return { name, outcome: 'pass', why: 'same' }
  if (matches.includes('weak')) return { name, outcome: 'warn', why: 'weak' }
  if (matches.includes('other')) return { name, outcome: 'fail', why: 'other' }
  return { name, outcome: 'not_checked', why: matches.length > 0 ? 'unreadable' : 'noAddress' }
}
