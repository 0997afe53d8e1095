import { GetError, guardedGet, type GetLimits, type Got } from '../http/guarded-get.js'

/** Reads a public web address; undefined when it was not or could not be read. */
export type ReadAddress = (address: string) => Promise<Got | undefined>

const limits: GetLimits = { maxBytes: 1024 * 1024, timeoutMs: 5_000, redirects: 2 }

/** The reader while PROVIDER_FETCH is off: nothing is ever asked. */
export const readNothing: ReadAddress = async () => undefined

/** The reader that may ask: public https addresses only, one megabyte, five seconds. */
export function readGuarded(get: typeof guardedGet = guardedGet): ReadAddress {
  return async (address) => {
    try {
      return await get(address, limits)
    } catch (error) {
      if (error instanceof GetError) return undefined
      throw error
    }
  }
}

/** The reader that the configuration allows. */
export const readerFor = (config: { readonly providerFetch: boolean }): ReadAddress =>
  config.providerFetch ? readGuarded() : readNothing
