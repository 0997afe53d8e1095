import type { Response } from 'express'

/** Bytes that somebody brought, under a name of ours. */
export interface Download {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

/** Sends what somebody brought as a download that no browser shows as a page of ours, and nobody keeps on the way. */
export function sendDownload(res: Response, { name, type, bytes }: Download): void {
  res.attachment(name)
  res.set('Content-Type', type)
  res.set('Content-Security-Policy', "default-src 'none'; sandbox")
  res.set('Cache-Control', 'private, no-store').send(bytes)
}
