import type { OpenedFormat } from './share.js'

/** The forms a credential is had in by its own address: a page, or the signed document. */
export type CredentialForm = Exclude<OpenedFormat, 'collection'>

/** The media types that may be asked for, in the order they win when several are equally welcome. */
export const acceptedTypes: Readonly<Record<string, CredentialForm>> = {
  'text/html': 'page',
  'application/vc+ld+json': 'json',
  'application/vc': 'json',
  'application/ld+json': 'json',
  'application/json': 'json',
  'text/plain': 'jws',
  'image/png': 'png',
  'image/svg+xml': 'svg',
}

/** What each form is sent as when no other name for it was asked for. */
export const typeOfForm: Readonly<Record<Exclude<CredentialForm, 'page'>, string>> = {
  json: 'application/vc+ld+json',
  jws: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
}
