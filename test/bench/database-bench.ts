import mongoose from 'mongoose'
import { rate, report, sideBySide } from './measure.js'

/** `findOne` by a unique index against `ping`, by the same driver and socket, one client and sixteen. */
export async function benchFindOne(emails: readonly string[], communityId: string): Promise<void> {
  const { db } = mongoose.connection
  if (!db) throw new Error('no database')
  const learners = db.collection('learners')
  let at = 0
  const findOne = () => {
    at = (at + 7919) % emails.length
    return learners.findOne({ communityId, email: emails[at] ?? '' })
  }
  const ping = () => db.command({ ping: 1 })
  for (const clients of [1, 16]) {
    const found = await sideBySide(
      () => rate(findOne, { clients }),
      () => rate(ping, { clients }),
    )
    report({
      bench: `findOne by unique index, ${clients} client${clients === 1 ? '' : 's'}`,
      ratio: found.ratio,
      against: 'ping by the same driver and socket',
      learners: emails.length,
      perSecond: found.one,
      pingsPerSecond: found.other,
    })
  }
}
