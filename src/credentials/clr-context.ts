/**
 * The JSON-LD context of CLR 2.0.1. No npm package carries it; a context is a map from terms to IRIs, so the same map typed
 * in gives the same canonical form (1EdTech, clr_v2p0 context-2.0.1.json). `xsd` is undefined in the original too.
 */
const vocabulary = 'https://purl.imsglobal.org/spec/vc/clr/vocab.html#'

export const clrContextUrl = 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json'

export const clrContext = {
  '@context': {
    id: '@id',
    type: '@type',
    ClrCredential: {
      '@id': `${vocabulary}ClrCredential`,
      '@context': {
        id: '@id',
        type: '@type',
        partial: { '@id': `${vocabulary}partial`, '@type': 'xsd:boolean' },
      },
    },
    ClrSubject: {
      '@id': `${vocabulary}ClrSubject`,
      '@context': {
        id: '@id',
        type: '@type',
        cred: 'https://www.w3.org/2018/credentials#',
        obi: 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#',
        achievement: {
          '@id': `${vocabulary}achievement`,
          '@type': 'obi:Achievement',
          '@container': '@set',
        },
        association: {
          '@id': `${vocabulary}association`,
          '@type': `${vocabulary}Association`,
          '@container': '@set',
        },
        verifiableCredential: {
          '@id': `${vocabulary}verifiableCredential`,
          '@type': 'cred:verifiableCredential',
          '@container': '@set',
        },
        identifier: {
          '@id': `${vocabulary}identifier-1`,
          '@type': 'obi:Identifier',
          '@container': '@set',
        },
      },
    },
    Association: {
      '@id': `${vocabulary}Association`,
      '@context': {
        associationType: { '@id': `${vocabulary}AssociationType` },
        sourceId: { '@id': `${vocabulary}sourceId`, '@type': 'xsd:anyURI' },
        targetId: { '@id': `${vocabulary}targetId`, '@type': 'xsd:anyURI' },
      },
    },
  },
} as const
