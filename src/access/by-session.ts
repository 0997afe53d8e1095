import type {} from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-local'
import type { Request } from 'express'
import { promised } from '../http/promised.js'
import type { Companion } from '../http/sessions.js'
import { shareSession } from '../http/shared-session.js'
import { accountRead, findAccount } from './account-store.js'
import { actorFrom, type Account } from './account.js'
import type { Actor } from './actor.js'
import { signIn, type SignedIn } from './sign-in.js'

/** What a session keeps of the person: the session ends when the account's `sessionVersion` moves on. */
interface Seat {
  readonly accountId: string
  readonly version: number
}

const isSeat = (kept: unknown): kept is Seat =>
  typeof (kept as Partial<Seat> | null)?.accountId === 'string' &&
  typeof (kept as Partial<Seat>).version === 'number'

/** The person with this account, or undefined when there is none or it was deactivated. */
export async function actorByAccount(accountId: string): Promise<Actor | undefined> {
  const account = await findAccount(accountId)
  return account?.state === 'active' ? actorFrom(account) : undefined
}

/** By the seat in the session of a request, which is read anew for each: the account as it stood at that moment. */
const accounts = new WeakMap<Seat, Account>()

/** The account behind a session, read along with it. */
export const accountOfSession: Companion<Account | undefined> = {
  read: accountRead('session.passport.user.accountId'),
  keep: (session, account) => {
    const { user } = (session as { passport?: { user?: unknown } }).passport ?? {}
    if (isSeat(user) && account) accounts.set(user, account)
  },
}

function actorBySeat(kept: unknown): Actor | undefined {
  const account = isSeat(kept) ? accounts.get(kept) : undefined
  const isLive = account?.state === 'active' && account.sessionVersion === (kept as Seat).version
  return isLive ? actorFrom(account) : undefined
}

const answer = <T>(work: Promise<T>, done: (error: unknown, value?: T) => void) =>
  void work.then(
    (value) => {
      done(null, value)
    },
    (error: unknown) => {
      done(error)
    },
  )

/** Teaches passport our accounts: the password check, and what a session keeps. Called once, before the first request. */
export function setUpPassport(): void {
  passport.use(
    new Strategy(
      { usernameField: 'email', passReqToCallback: true },
      (req: Request, email: string, password: string, done) => {
        answer(
          signIn({ email, password, address: req.ip ?? '' }).then((person) => person ?? false),
          done,
        )
      },
    ),
  )
  passport.serializeUser<Seat>((person, done) => {
    const { accountId, sessionVersion } = person as SignedIn
    done(null, { accountId, version: sessionVersion })
  })
  passport.deserializeUser<Seat>((kept, done) => {
    done(null, actorBySeat(kept) ?? false)
  })
}

/** Checks the e-mail and password in the body; undefined when they do not fit, throws like signIn. */
export async function checkPassword(req: Request): Promise<SignedIn | undefined> {
  const person = await promised<Express.User | false | null>((done) => {
    const check = passport.authenticate('local', done) as (req: Request) => void
    check(req)
  })
  return (person || undefined) as SignedIn | undefined
}

/**
 * Starts a session under a new id, so that one planted before sign-in is worthless. On a computer that was called shared it
 * stays so.
 */
export async function startSession(req: Request, person: SignedIn): Promise<void> {
  const { shared } = req.session
  await promised((done) => {
    req.logIn(person, done)
  })
  if (shared) shareSession(req, new Date(shared.seenAt))
}

/** Ends this browser's session. */
export async function endSession(req: Request): Promise<void> {
  await promised((done) => {
    req.session.destroy(done)
  })
}
