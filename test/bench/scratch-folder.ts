import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'

/** A new folder beside the project: what is flushed there reaches a disk, which the system's folder for such things may not have. */
export function scratchFolder(name: string): string {
  const folder = new URL('../../var/', import.meta.url).pathname
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, `${name}-`))
}
