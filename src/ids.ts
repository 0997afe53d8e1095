import { v5, v7 } from 'uuid'

const seedSpace = '6f1e5a52-1f0b-4a53-9d4c-8b9a7c1de001'

/** A new record id: UUIDv7, so ids sort by the time they were made. */
export const newId = (): string => v7()

/** The same id whoever makes it: for what two at once must not make twice. */
export const derivedId = (kind: string, name: string): string =>
  v5(`derived:${kind}:${name}`, seedSpace)

/** The same id for the same name in every database: for seeds only. */
export const seedId = (kind: string, name: string): string => v5(`${kind}:${name}`, seedSpace)
