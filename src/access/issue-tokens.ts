import { randomBytes } from 'node:crypto'
import { newId } from '../ids.js'
import { findAccount } from './account-store.js'
import { readAccessToken, signAccessToken, type TokenSetting } from './by-token.js'
import { hashToken } from './one-time-token.js'
import { signIn, type SignInTry } from './sign-in.js'
import { endFamily, insertFamily, rotate, type TokenFamily } from './token-store.js'
import { accessSeconds, readRefreshToken, refreshSeconds, writeRefreshToken } from './token.js'

export interface Tokens {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  readonly expiresIn: number
  readonly refreshToken: string
}

const newSecret = () => randomBytes(32).toString('base64url')
const refreshEnds = (now: Date) => new Date(now.getTime() + refreshSeconds * 1000)

const tokensOf = (family: TokenFamily, secret: string, setting: TokenSetting): Tokens => ({
  accessToken: signAccessToken(
    { accountId: family.accountId, version: family.sessionVersion, family: family.id },
    setting,
  ),
  tokenType: 'Bearer',
  expiresIn: accessSeconds,
  refreshToken: writeRefreshToken(family.id, secret),
})

/** Tokens for an e-mail and password; undefined when they do not fit, throws like signIn. */
export async function issueTokens(
  attempt: SignInTry,
  setting: TokenSetting,
): Promise<Tokens | undefined> {
  const person = await signIn(attempt)
  if (!person) return undefined
  const secret = newSecret()
  const family = {
    id: newId(),
    accountId: person.accountId,
    hash: hashToken(secret),
    sessionVersion: person.sessionVersion,
    expiresAt: refreshEnds(setting.now),
  }
  await insertFamily(family)
  return tokensOf(family, secret, setting)
}

/**
 * New tokens for the newest refresh token of a family, which is used up by it. An older one has been copied by somebody:
 * the whole family ends. Undefined then, and for tokens that expired or whose account moved on.
 */
export async function refreshTokens(
  refreshToken: string,
  setting: TokenSetting,
): Promise<Tokens | undefined> {
  const presented = readRefreshToken(refreshToken)
  if (!presented) return undefined
  const secret = newSecret()
  const { now } = setting
  const hashes = [hashToken(presented.secret), hashToken(secret)] as const
  const family = await rotate(presented.family, ...hashes, refreshEnds(now), now)
  const account = family && (await findAccount(family.accountId))
  if (account?.state === 'active' && account.sessionVersion === family?.sessionVersion) {
    return tokensOf(family, secret, setting)
  }
  await endFamily(presented.family)
  return undefined
}

/** Ends the family the access token belongs to: that client is signed out. */
export async function endTokens(bearer: string, setting: TokenSetting): Promise<void> {
  const claims = readAccessToken(bearer, setting)
  if (claims) await endFamily(claims.family)
}
