import type { Request } from 'express'
import type {} from 'express-session'

/** A session on a computer that others use next ends after so long without a request. */
export const idleMinutes = 10

const minute = 60_000
/** How stale the note of the last request may be, so that not every request writes. */
const slack = minute / 2

declare module 'express-session' {
  interface SessionData {
    /** Set on a computer that others use next: when it was last used. */
    shared?: { seenAt: string }
  }
}

/** True when the person said that others use this computer. */
export const isShared = (req: Request): boolean =>
  'session' in req && (req.session as Partial<Request['session']> | undefined)?.shared !== undefined

/** Makes this a session of a shared computer: its cookie ends with the idle time too. */
export function shareSession(req: Request, now: Date): void {
  req.session.cookie.maxAge = idleMinutes * minute
  req.session.shared = { seenAt: now.toISOString() }
}

export type SharedState = 'idle' | 'stale' | 'fresh'

/** 'idle' when the time without a request is over; 'stale' when the time of the last one should be noted anew. */
export function stateSince(seenAt: string, now: Date): SharedState {
  const passed = now.getTime() - Date.parse(seenAt)
  if (passed >= idleMinutes * minute) return 'idle'
  return passed >= slack ? 'stale' : 'fresh'
}
