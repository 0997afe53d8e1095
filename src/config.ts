import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** Credentials are signed under this host's name, and a did:web can't be an address; loopback stands for localhost. */
const isNamed = (url: string) => {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 || /^(127\.|\[::1\]$)/.test(host)
}
const httpUrl = z
  .url({ protocol: /^https?$/ })
  .refine(isNamed, 'needs a host name, not an IP address: credentials are signed under it')
  .transform((url) => url.replace(/\/+$/, ''))
const switchWord = z.enum(['on', 'off']).transform((word) => word === 'on')
const bytes = z
  .string()
  .regex(/^\d+$/)
  .transform(Number)
  .pipe(z.number().int().positive().max(Number.MAX_SAFE_INTEGER))

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535))

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: port.prefault('3000'),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_URL: httpUrl.optional(),
  TRUST_PROXY: z.string().default(''),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .optional(),
  DATA_DIR: z.string().min(1).default('./var'),
  DATABASE_PORT: port.optional(),
  SEED: z.enum(['demo', 'reference', 'none']).optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional(),
  MAIL_FROM: z.string().min(3).default('Waymark <no-reply@localhost>'),
  PROVIDER_FETCH: switchWord.prefault('off'),
  UPLOAD_MAX: bytes.prefault(String(2 * 1024 ** 3)),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SESSION_SECRET: z.string().min(32).optional(),
  TOKEN_SECRET: z.string().min(32).optional(),
  SEAL_SECRET: z.string().min(32).optional(),
})

export interface Config {
  readonly mode: 'development' | 'test' | 'production'
  readonly port: number
  readonly host: string
  readonly baseUrl: string
  /** Express's "trust proxy" value: a hop count, addresses, or '' for none. */
  readonly trustProxy: string
  /** Undefined: the embedded database in `dataDir`. */
  readonly mongodbUri: string | undefined
  readonly dataDir: string
  /** The embedded database listens here on loopback too, for tools that can't use its socket. */
  readonly databasePort: number | undefined
  readonly seed: 'demo' | 'reference' | 'none'
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly providerFetch: boolean
  /** Bytes. */
  readonly uploadMax: number
  readonly metricsToken: string | undefined
  readonly logLevel: string
  /** Given by the environment; src/secrets.ts makes the missing ones in `dataDir`. */
  readonly givenSecrets: {
    readonly session: string | undefined
    readonly token: string | undefined
    readonly seal: string | undefined
  }
}

/** The environment is wrong; `message` has one line a variable, each naming it. */
export class ConfigError extends Error {}

/**
 * The configuration from the environment: read once at the start, an empty variable counts as unset.
 * Throws ConfigError that names every wrong variable.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const read = environment.safeParse(set)
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(`Configuration is wrong.\n${lines.join('\n')}`)
  }
  const e = read.data
  return {
    mode: e.NODE_ENV,
    port: e.PORT,
    host: e.HOST,
    baseUrl: e.BASE_URL ?? `http://localhost:${e.PORT}`,
    trustProxy: e.TRUST_PROXY,
    mongodbUri: e.MONGODB_URI,
    dataDir: resolve(e.DATA_DIR),
    databasePort: e.DATABASE_PORT,
    seed: e.SEED ?? (e.NODE_ENV === 'production' ? 'reference' : 'demo'),
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM,
    providerFetch: e.PROVIDER_FETCH,
    uploadMax: e.UPLOAD_MAX,
    metricsToken: e.METRICS_TOKEN,
    logLevel: e.LOG_LEVEL,
    givenSecrets: { session: e.SESSION_SECRET, token: e.TOKEN_SECRET, seal: e.SEAL_SECRET },
  }
}
