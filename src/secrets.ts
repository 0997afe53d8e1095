import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.js'

export interface Secrets {
  /** Signs session cookies. */
  readonly session: string
  /** Signs access tokens (HS256). */
  readonly token: string
  /** Encrypts what is kept secret in the database, such as providers' webhook keys. */
  readonly seal: string
}

const names = ['session', 'token', 'seal'] as const

/**
 * The secrets: from the environment, else from DATA_DIR/secrets.json, made there once with mode 0600.
 * Several processes with one database must be given the same secrets.
 */
export function readSecrets(config: Pick<Config, 'dataDir' | 'givenSecrets'>): Secrets {
  const file = join(config.dataDir, 'secrets.json')
  const kept = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>)
    : undefined
  const all = Object.fromEntries(
    names.map((name) => [
      name,
      config.givenSecrets[name] ?? kept?.[name] ?? randomBytes(32).toString('hex'),
    ]),
  ) as unknown as Secrets
  const mustKeep = names.some((name) => !config.givenSecrets[name] && !kept?.[name])
  if (mustKeep) keep(file, config.dataDir, all)
  return all
}

function keep(file: string, dataDir: string, secrets: Secrets) {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}
