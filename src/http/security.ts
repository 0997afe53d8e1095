import compression from 'compression'
import express, { type Express } from 'express'
import helmet from 'helmet'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const publicFolder = fileURLToPath(new URL('../../public/', import.meta.url))
const year = 31_536_000

/** Headers for every answer: no inline script or style, nothing from third parties, no framing, no sniffing. */
export function securityHeaders(secure: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    hsts: secure,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  })
}

/** Static files; a fingerprinted one is cached for good. Pages, which lie elsewhere, cost no look at the disk. */
export function serveFiles(app: Express): void {
  const files = express.static(publicFolder, {
    index: false,
    redirect: false,
    setHeaders: (res) => {
      const forGood = /[?&]v=/.test((res.req as { originalUrl?: string }).originalUrl ?? '')
      res.setHeader('Cache-Control', forGood ? `public, max-age=${year}, immutable` : 'no-cache')
    },
  })
  const places = new Set(readdirSync(publicFolder))
  app.use(compression())
  app.use((req, res, next) => {
    if (places.has(req.path.split('/', 2)[1] ?? '')) files(req, res, next)
    else next()
  })
}
