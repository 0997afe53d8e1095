import { GetError, type GetLimits, type Got } from '../http/guarded-get.js'
import { invalid, refused } from '../problems.js'
import { parsePlainJson } from './plain-json.js'

export const profileLimits = { maxBytes: 5 * 1024 * 1024, timeoutMs: 5_000, redirects: 2 } as const

/** Reads an address under guard; http/guarded-get.ts, or a test. */
export type Get = (address: string, limits: GetLimits) => Promise<Got>

const nameRule = /^[a-z0-9][a-z0-9_-]{0,63}$/i

/** The public profile of that name at Treehouse, as JSON. Throws a Problem that says why it could not be read. */
export async function fetchProfile(name: string, get: Get): Promise<unknown> {
  if (!nameRule.test(name)) throw invalid([{ field: 'name', message: 'providers:fetch.name' }])
  const { status, text } = await read(`https://teamtreehouse.com/${name.toLowerCase()}.json`, get)
  if (status === 404) throw invalid([{ field: 'name', message: 'providers:fetch.unknown' }])
  if (status !== 200) throw refused('providers:fetch.status', { status })
  return parsePlainJson(text)
}

async function read(address: string, get: Get): Promise<Got> {
  try {
    return await get(address, profileLimits)
  } catch (error) {
    if (!(error instanceof GetError)) throw error
    throw refused(`providers:fetch.failed.${error.failure}`)
  }
}
