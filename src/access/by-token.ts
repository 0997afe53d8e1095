import jwt from 'jsonwebtoken'
import { z } from 'zod'
import { findAccount } from './account-store.js'
import { actorFrom } from './account.js'
import type { Actor } from './actor.js'
import { findFamily } from './token-store.js'
import { accessSeconds, type AccessClaims } from './token.js'

/** What signing and reading tokens needs from outside. */
export interface TokenSetting {
  readonly secret: string
  readonly now: Date
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000)

const claims = z.object({ sub: z.string(), ver: z.number(), fam: z.string() })

/** A signed access token (HS256), good for 15 minutes. */
export const signAccessToken = (
  { accountId, version, family }: AccessClaims,
  { secret, now }: TokenSetting,
): string =>
  jwt.sign(
    {
      sub: accountId,
      ver: version,
      fam: family,
      iat: seconds(now),
      exp: seconds(now) + accessSeconds,
    },
    secret,
    { algorithm: 'HS256' },
  )

/** What a bearer token says; undefined when it is forged, expired or no token at all. */
export function readAccessToken(
  bearer: string,
  { secret, now }: TokenSetting,
): AccessClaims | undefined {
  try {
    const read = claims.parse(
      jwt.verify(bearer, secret, { algorithms: ['HS256'], clockTimestamp: seconds(now) }),
    )
    return { accountId: read.sub, version: read.ver, family: read.fam }
  } catch {
    return undefined
  }
}

/** The person a bearer token stands for; undefined once it expired, was revoked, or the account moved on. */
export async function actorByToken(
  bearer: string,
  setting: TokenSetting,
): Promise<Actor | undefined> {
  const token = readAccessToken(bearer, setting)
  if (!token) return undefined
  const [account, family] = await Promise.all([
    findAccount(token.accountId),
    findFamily(token.family),
  ])
  const isLive =
    account?.state === 'active' &&
    account.sessionVersion === token.version &&
    family?.accountId === account.id
  return isLive ? actorFrom(account) : undefined
}
