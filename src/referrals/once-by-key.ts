import { createHash } from 'node:crypto'
import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, Problem, refused } from '../problems.js'
import { forgetCall, keepAnswer, keepCall } from './idempotency-store.js'

const keptFor = 30 * 86_400_000

const hashOf = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/**
 * Does a call once however often it is sent: the same key with the same body gets the same answer for 30 days; with
 * another body it is refused. `act` gets an id that is the same each time, so that a call cut short between deed and answer
 * is known by it. A kept answer goes when its learner leaves. Without a key it is simply done. Throws invalid for a key that
 * is none.
 */
export async function onceByKey<T extends { readonly learner: { readonly id: string } }>(
  actor: Pick<Actor, 'accountId'>,
  key: string | undefined,
  call: { readonly path: string; readonly body: unknown },
  act: (deedId: string) => Promise<T>,
  ports: Pick<Ports, 'now'>,
): Promise<T> {
  if (key === undefined) return act(newId())
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw invalid([{ field: 'Idempotency-Key', message: 'referrals:field.idempotencyKey' }])
  const id = hashOf(actor.accountId, key)
  const bodyHash = hashOf(call.path, JSON.stringify(call.body))
  const purgeAt = new Date(ports.now().getTime() + keptFor)
  const kept = await keepCall({ id, bodyHash, purgeAt })
  if (kept.bodyHash !== bodyHash) throw refused('referrals:problem.otherBody')
  if (kept.answer !== undefined) return JSON.parse(kept.answer) as T
  try {
    const answer = await act(`key-${id}`)
    await keepAnswer(id, JSON.stringify(answer), answer.learner.id)
    return answer
  } catch (thrown) {
    if (thrown instanceof Problem) await forgetCall(id)
    throw thrown
  }
}
