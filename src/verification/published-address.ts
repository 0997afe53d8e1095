/** Where an issuer publishes its keys, by its id alone. */

const didWeb = /^did:web:([\w.-]+(?:%3A\d{1,5})?)((?::[\w.%-]+)*)$/i

/**
 * The https addresses to ask for the keys of an issuer, the likeliest first: the DID document of a did:web (did:web method,
 * "Read"); of a web address the JWKS of its host, then the profile at the address itself. None for any other id.
 */
export function publishedAddresses(issuerId: string): readonly string[] {
  const [, host, path] = didWeb.exec(issuerId) ?? []
  if (host !== undefined) {
    const folder = path ? path.split(':').slice(1).join('/') : '.well-known'
    return [`https://${host.replace(/%3A/i, ':')}/${folder}/did.json`].filter((address) =>
      URL.canParse(address),
    )
  }
  if (!issuerId.startsWith('https://') || !URL.canParse(issuerId)) return []
  return [new URL('/.well-known/jwks.json', issuerId).href, issuerId]
}
