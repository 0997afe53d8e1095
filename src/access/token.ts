/** Seconds an access token works. */
export const accessSeconds = 15 * 60

/** Seconds a refresh token works unless it is used: 30 days. */
export const refreshSeconds = 30 * 86_400

/** What an access token says: the account, its sessionVersion, and the family it belongs to. */
export interface AccessClaims {
  readonly accountId: string
  readonly version: number
  readonly family: string
}

/** A refresh token is its family's id and a secret: `0193….kX3…`. */
export const writeRefreshToken = (family: string, secret: string): string => `${family}.${secret}`

/** The parts of a refresh token; undefined when it cannot be one. */
export function readRefreshToken(text: string): { family: string; secret: string } | undefined {
  const parts = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(text)
  const [, family, secret] = parts ?? []
  return family !== undefined && secret !== undefined ? { family, secret } : undefined
}
