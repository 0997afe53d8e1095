import { pino, type Logger } from 'pino'

/** Structured logs on standard output; secrets and cookies never get in. */
export const createLog = (level: string): Logger =>
  pino({
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', 'res.headers["set-cookie"]'],
  })
