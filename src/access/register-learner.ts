import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid } from '../problems.js'
import { alreadyRegisteredMail, confirmationMail } from './access-mails.js'
import { announceTo } from './account-secret-store.js'
import { findAccountByEmail, insertAccount } from './account-store.js'
import type { NewAccount } from './account.js'
import { inEvenTime } from './even-time.js'
import { hashPassword } from './hash-password.js'
import { confirmationLasts, oneTimeToken } from './one-time-token.js'
import { openLearnerRecord, type Place } from './open-learner-record.js'
import { countTry } from './throttle-store.js'
import { patienceWithPlace, placeOf } from './throttle.js'

export interface Registration {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly communityId: string
  readonly place: Place
  readonly language: 'en' | 'es'
}

/** Where a request comes from, when, and the secret that one-time tokens are made with. */
export interface Circumstance {
  readonly address: string
  readonly now: Date
  readonly secret: string
}

/**
 * Opens a learner's account and record; the program agreement is accepted by it. Gives nothing back, and takes the same
 * time, whether or not the address has an account already: only its mailbox is told.
 */
export async function registerLearner(
  { password, communityId, place, ...person }: Registration,
  { address, now, secret }: Circumstance,
): Promise<void> {
  await countTry(['register', placeOf(address)], patienceWithPlace)
  const program = await findProgram(communityId)
  if (!program) throw invalid([{ field: 'communityId', message: 'http:field.notAChoice' }])

  const account: NewAccount = {
    ...person,
    id: newId(),
    passwordHash: await hashPassword(password),
    learnerId: newId(),
    roles: [{ role: 'learner', organizationId: program.boardId, communityId }],
    demonstration: false,
    joinedAt: now,
  }
  await inEvenTime(open(account, place, now, secret))
  mailSoon()
}

async function open(account: NewAccount, place: Place, now: Date, secret: string) {
  const mailId = newId()
  const token = oneTimeToken(mailId, secret, confirmationLasts(now))
  if (await insertAccount(account, token, [confirmationMail(account, mailId)])) {
    await openLearnerRecord(account, place)
    return
  }
  const known = await findAccountByEmail(account.email)
  if (known) await announceTo(known.id, alreadyRegisteredMail(known, newId()))
}
