import { CommandError } from './error.js'

/** `db.collection`, as MongoDB writes it. */
export function namespaceOf(collection: { readonly db: string; readonly name: string }): string {
  return `${collection.db}.${collection.name}`
}

/** Refuses names MongoDB refuses, with InvalidNamespace 73. */
export function checkName(db: string, name: string): void {
  const bad =
    name === '' ||
    name.includes('\0') ||
    name.includes('$') ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    db === '' ||
    /[/\\. "$\0]/.test(db) ||
    db.length > 63
  const long = Buffer.byteLength(`${db}.${name}`) > 255
  if (bad || long || (name.startsWith('system.') && name !== 'system.js'))
    throw new CommandError(73, `Invalid namespace specified '${db}.${name}'`)
}
