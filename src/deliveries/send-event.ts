import { guardedPost, type Posted } from '../http/guarded-post.js'
import { unseal } from '../seal.js'
import { bodyOf, type Delivery, type DeliveryTry, type TryFailure } from './delivery.js'
import { isLoopback, liveSecrets, type Endpoint } from './endpoint.js'
import { signedHeaders } from './sign-event.js'

/** What sending needs besides the database. */
export interface Sending {
  readonly sealSecret: string
  /** True where an endpoint may be on this machine: development and tests. */
  readonly mayLoop: boolean
  readonly timeoutMs: number
}

/** An endpoint has so long to answer. */
export const answerWithinMs = 10_000
const answerBytes = 1_000
const answerCharacters = 300

/** Sends one event once. Never throws: whatever went wrong is in the try. */
export async function sendEvent(
  { event }: Delivery,
  { url, secrets }: Endpoint,
  { sealSecret, mayLoop, timeoutMs }: Sending,
  now: Date,
): Promise<DeliveryTry> {
  const body = bodyOf(event)
  const open = liveSecrets(secrets, now).flatMap(
    ({ sealed }) => unseal(sealed, sealSecret, 'delivery secrets') ?? [],
  )
  const address = new URL(url)
  const posted = await guardedPost(
    address,
    { headers: signedHeaders(event, body, open, now), body },
    { timeoutMs, answerBytes, toLoopback: mayLoop && isLoopback(address) },
  )
  return tryOf(posted, now)
}

/** True for a try that the endpoint answered with 2xx. */
export const wasTaken = ({ failure }: DeliveryTry): boolean => failure === undefined

function tryOf({ ms, status, answer, failure }: Posted, at: Date): DeliveryTry {
  const wrong = status === undefined ? failureOf(failure) : refusalOf(status)
  const said = shown(answer ?? '')
  return {
    at,
    ms,
    ...(status !== undefined && { status }),
    ...(wrong && { failure: wrong }),
    ...(said !== '' && { answer: said }),
  }
}

const refusalOf = (status: number): TryFailure | undefined =>
  status >= 200 && status < 300 ? undefined : status >= 300 && status < 400 ? 'redirect' : 'refused'

const failureOf = (failure: Posted['failure']): TryFailure =>
  failure === 'too-slow' || failure === 'private-address' || failure === 'wrong-address'
    ? failure
    : 'failed'

/** The beginning of an answer, on one line. */
const shown = (answer: string): string =>
  answer
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, answerCharacters)
