import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'

const isQuiet = (req: { url?: string }) => /^\/(healthz|readyz|metrics)/.test(req.url ?? '')

/** The URL without a one-time token: who reads the log must not be able to use somebody's link. */
export const withoutTokens = (url: string): string =>
  url.replace(/[\w-]{43}(?![\w-])/g, (text) => (/^[0-9a-f-]+$/.test(text) ? text : '…'))

interface Logged {
  readonly url?: string
  readonly headers?: Readonly<Record<string, unknown>>
}

function hideTokens<T extends Logged>(req: T) {
  const { referer, ...headers } = req.headers ?? {}
  return {
    ...req,
    ...(req.url !== undefined && { url: withoutTokens(req.url) }),
    headers: {
      ...headers,
      ...(typeof referer === 'string' && { referer: withoutTokens(referer) }),
    },
  }
}

/** Gives every request an id and writes one line for each answer, health checks apart. */
export const requestLog = (logger: Logger) =>
  pinoHttp({
    logger,
    genReqId: () => randomUUID(),
    autoLogging: { ignore: isQuiet },
    serializers: { req: hideTokens },
  })
