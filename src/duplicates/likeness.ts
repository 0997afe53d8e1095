import { fold } from '../fold.js'

/**
 * Two records of one community may be about the same person: one came by a roster, the other by sign-up. Marks they share
 * are counted; the name alone never is enough, nor is a phone that a household shares. People decide, never the score.
 * Example: the same name and the same phone are 75: likely.
 */
export interface Marks {
  readonly name: string
  readonly email?: string
  readonly phone?: string
  /** Not held today; counted as soon as it is. */
  readonly bornOn?: string
  readonly profiles: readonly { readonly provider: string; readonly name: string }[]
}

export const shownFrom = 60

/** The mailbox behind an address: without `+tag`, and without the dots that Gmail ignores. */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.normalize('NFC').trim().toLowerCase().split('@')
  const bare = local.replace(/\+.*$/, '')
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return isGmail ? `${bare.replaceAll('.', '')}@gmail.com` : `${bare}@${domain}`
}

/** The last ten digits of a phone number; undefined when there are fewer. */
export function phoneOf(phone: string): string | undefined {
  const digits = phone.replace(/\D/g, '')
  return digits.length < 10 ? undefined : digits.slice(-10)
}

/** A name by its words in any order, without accents, case, initials or signs: "Lovelace, Ada B." is "ada lovelace". */
export const nameOf = (name: string): string =>
  fold(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
    .sort()
    .join(' ')

export const reasons = ['name', 'mailbox', 'phone', 'birth', 'profile'] as const
export type Reason = (typeof reasons)[number]

const weight: Readonly<Record<Reason, number>> = {
  name: 40,
  mailbox: 50,
  phone: 35,
  birth: 40,
  profile: 50,
}
const otherBirth = -80

const profileKeys = ({ profiles }: Marks) =>
  profiles.map(({ provider, name }) => `${provider}:${name.toLowerCase()}`)

/** How alike two records are, 0 to 100, and by which marks. The same whichever comes first. */
export function likeness(
  one: Marks,
  other: Marks,
): { readonly score: number; readonly reasons: readonly Reason[] } {
  const same = <T>(a: T | undefined, b: T | undefined) => a !== undefined && a === b
  const box = ({ email }: Marks) => (email === undefined ? undefined : mailboxOf(email))
  const phone = (marks: Marks) => (marks.phone === undefined ? undefined : phoneOf(marks.phone))
  const others = new Set(profileKeys(other))
  const found: Record<Reason, boolean> = {
    name: nameOf(one.name) !== '' && nameOf(one.name) === nameOf(other.name),
    mailbox: same(box(one), box(other)),
    phone: same(phone(one), phone(other)),
    birth: same(one.bornOn, other.bornOn),
    profile: profileKeys(one).some((key) => others.has(key)),
  }
  const shared = reasons.filter((reason) => found[reason])
  const sum = shared.reduce((total, reason) => total + weight[reason], 0)
  const differs = one.bornOn !== undefined && other.bornOn !== undefined && !found.birth
  return { score: Math.max(0, Math.min(100, sum + (differs ? otherBirth : 0))), reasons: shared }
}

/** What a record is looked up by: two records that could reach the score share one of these. */
export function keysOf(marks: Marks): string[] {
  const phone = marks.phone === undefined ? undefined : phoneOf(marks.phone)
  return [
    ...(marks.email === undefined ? [] : [`mail ${mailboxOf(marks.email)}`]),
    ...(phone === undefined ? [] : [`phone ${phone}`]),
    ...(marks.bornOn === undefined ? [] : [`born ${marks.bornOn} ${nameOf(marks.name)}`]),
    ...profileKeys(marks).map((key) => `profile ${key}`),
  ]
}
