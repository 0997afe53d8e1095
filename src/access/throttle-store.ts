import { createHash } from 'node:crypto'
import mongoose from 'mongoose'
import { RateLimiterMongo, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { tooMany } from '../problems.js'
import { waitAfter, type Patience } from './throttle.js'

const schema = new mongoose.Schema(
  { key: { type: String, required: true }, points: Number, expire: Date },
  { collection: 'throttles', strict: 'throw', versionKey: false },
)
schema.index({ key: 1 }, { unique: true })
schema.index({ expire: 1 }, { expireAfterSeconds: 0 })
const Throttles = mongoose.model('Throttle', schema)

const limiter = (keyPrefix: string, points: number, duration: number) =>
  new RateLimiterMongo({
    storeClient: Throttles.db,
    tableName: 'throttles',
    keyPrefix,
    points,
    duration,
    disableIndexesCreation: true,
  })

const unlimited = 1_000_000_000
interface Limiters {
  readonly tries: RateLimiterAbstract
  readonly gate: RateLimiterAbstract
}
let limiters: Limiters | undefined
const both = (): Limiters =>
  (limiters ??= { tries: limiter('tries', unlimited, 1), gate: limiter('gate', 1, 1) })

/** Keys are hashed: people type passwords into the e-mail field. */
const keyOf = (parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('base64url')

const secondsLeft = (result: RateLimiterRes) => Math.max(1, Math.ceil(result.msBeforeNext / 1000))

/**
 * Counts one try before it is made, so that parallel tries cannot slip through. Throws too-many while a wait is on, which
 * is not counted again.
 */
export async function countTry(parts: readonly string[], patience: Patience): Promise<void> {
  const key = keyOf(parts)
  const { tries, gate } = both()
  const closed = await gate.get(key)
  if (closed && closed.consumedPoints > 0) throw tooMany(secondsLeft(closed))
  const { consumedPoints } = await tries.consume(key, 1, { customDuration: patience.window })
  const wait = waitAfter(consumedPoints, patience)
  if (wait > 0) await passGate(gate, key, wait)
}

async function passGate(gate: RateLimiterAbstract, key: string, wait: number) {
  try {
    await gate.consume(key, 1, { customDuration: wait })
  } catch (full) {
    throw full instanceof RateLimiterRes ? tooMany(secondsLeft(full)) : full
  }
}

/** Forgets the tries of this key: it was the right person. */
export async function forgetTries(parts: readonly string[]): Promise<void> {
  const key = keyOf(parts)
  await Promise.all([both().tries.delete(key), both().gate.delete(key)])
}

/** Takes one try back: a right password does not count against a place that many share. */
export async function takeTryBack(parts: readonly string[]): Promise<void> {
  await both().tries.reward(keyOf(parts), 1)
}
