/** Ed25519 keys as DID documents write them: `z`, then base58 (Bitcoin's alphabet) of 0xed01 and the 32 bytes. */

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Base58 of some bytes; leading zero bytes become leading ones. */
export function base58(bytes: Uint8Array): string {
  const zeros = bytes.findIndex((byte) => byte !== 0)
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  let text = ''
  while (rest > 0n) {
    text = (alphabet[Number(rest % 58n)] ?? '') + text
    rest /= 58n
  }
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + text
}

const longest = 128

/** The bytes of a base58 text; undefined for any other text, or one over 128 characters. */
export function fromBase58(text: string): Uint8Array | undefined {
  if (text.length > longest || !/^[1-9A-HJ-NP-Za-km-z]*$/.test(text)) return undefined
  let number = 0n
  for (const letter of text) number = number * 58n + BigInt(alphabet.indexOf(letter))
  const hex = number === 0n ? '' : number.toString(16)
  const body = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Buffer.concat([Buffer.alloc(zeros), body])
}

const prefix = [0xed, 0x01] as const

/** The multibase form of an Ed25519 public key, given as the `x` of its JWK. */
export const multibaseOf = (x: string): string =>
  `z${base58(Buffer.concat([Buffer.from(prefix), Buffer.from(x, 'base64url')]))}`

/** The JWK of a multibase Ed25519 public key; undefined for anything else. */
export function jwkOfMultibase(
  text: string,
): { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string } | undefined {
  const bytes = text.startsWith('z') ? fromBase58(text.slice(1)) : undefined
  if (bytes?.length !== 34 || bytes[0] !== prefix[0] || bytes[1] !== prefix[1]) return undefined
  return { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes.subarray(2)).toString('base64url') }
}
