import ipaddr from 'ipaddr.js'

/**
 * Guessing is slowed, never forbidden: after `free` failures each further try has to wait, twice as long as before, up to
 * `longest` seconds. Failures are forgotten after `window` seconds. Failures count for one person at one place, so a
 * guesser elsewhere cannot lock the honest person out.
 * Example, at one place: 5 tries at once, then one after 5 s, 10 s, 20 s … 15 min.
 */
export interface Patience {
  readonly free: number
  readonly longest: number
  readonly window: number
}

/** For one e-mail address tried from one place. */
export const patienceWithPerson: Patience = { free: 5, longest: 900, window: 86_400 }

/** For one place, whatever e-mail it tries: a whole computer lab shares one. */
export const patienceWithPlace: Patience = { free: 60, longest: 300, window: 3_600 }

/** For mails a visitor can have sent to somebody (reset, confirmation): an hour, to one address. */
export const patienceWithMails: Patience = { free: 4, longest: 3_600, window: 3_600 }

/** For files one account sends to be kept: mending a résumé takes a few, filling the disk takes many. */
export const patienceWithFiles: Patience = { free: 20, longest: 3_600, window: 3_600 }

/** For badges checked from one place: an office with a stack of applications shares one. */
export const patienceWithChecks: Patience = { free: 600, longest: 60, window: 3_600 }

/** Seconds that must pass after the `tries`-th try before the next one. */
export const waitAfter = (tries: number, { free, longest }: Patience): number =>
  tries <= free ? 0 : Math.min(longest, 5 * 2 ** Math.min(tries - free - 1, 30))

/** The place an address stands for: an IPv6 customer owns a whole /64, an IPv4-mapped address is its IPv4 one. */
export function placeOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`)
  return `${network.toString()}/64`
}
