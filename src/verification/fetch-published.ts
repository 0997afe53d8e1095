import { invalid } from '../problems.js'
import { publishedAddresses } from './published-address.js'
import type { ReadAddress } from './read-address.js'

/** A document as its issuer's own address answered it. */
export interface Published {
  readonly document: string
  readonly address: string
}

/** Asks the issuer's own address for its keys. Throws invalid when its id names no address, or nothing was answered. */
export async function fetchPublished(issuerId: string, read: ReadAddress): Promise<Published> {
  const addresses = publishedAddresses(issuerId)
  const [first = ''] = addresses
  if (first === '') throw invalid([{ field: 'issuerId', message: 'verification:pin.noAddress' }])
  for (const address of addresses) {
    const got = await read(address)
    if (got?.status === 200) return { document: got.text.trim(), address }
  }
  const params = { address: first }
  throw invalid([{ field: 'issuerId', message: 'verification:pin.notReached', params }])
}
