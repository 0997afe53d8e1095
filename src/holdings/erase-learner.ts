import { dayOf } from '../calendar.js'
import { seal } from '../seal.js'
import type { World } from '../world.js'
import { stopInTheirName } from './close-down.js'
import { dropStored, findDataFile } from './data-file-store.js'
import { lookAgain, type Departure } from './departure.js'
import { changeDeparture, noteDone, noteErased } from './departure-store.js'
import { withJoined } from './find-subject.js'
import { isHeld } from './hold-store.js'
import { recordsOf, type Holding, type Row, type Subject } from './holding.js'
import { deleteHeld, replaceHeld, rowsHeld } from './holding-store.js'
import { holdings } from './holdings.js'
import { lockRecord } from './locked-store.js'
import { readTerms } from './read-terms.js'

type EraseWorld = Pick<World, 'ports' | 'secrets'>

/** Before anything goes: what the law asks for is sealed, and its days are noted. Again changes nothing. */
async function lockAway(departure: Departure, subject: Subject, { ports, secrets }: EraseWorld) {
  if (departure.logUntil !== undefined) return
  const { learnerId, communityId, askedAt } = departure
  const terms = await readTerms(recordsOf(subject), dayOf(askedAt))
  if (terms.lockedUntil !== undefined) {
    const copy: Record<string, Row[]> = {}
    for (const holding of holdings.filter(({ isLocked }) => isLocked)) {
      const rows: Row[] = []
      for await (const row of rowsHeld(holding, subject)) rows.push(row)
      copy[holding.collection] = rows
    }
    const sealed = seal(JSON.stringify(copy), secrets.seal, 'locked records')
    await lockRecord({ learnerId, communityId, sealed, lockedAt: ports.now() })
  }
  await changeDeparture(learnerId, ['erasing'], {
    logUntil: terms.logUntil,
    ...(terms.lockedUntil !== undefined && { lockedUntil: terms.lockedUntil }),
  })
}

/**
 * Notes every record joined into the person's once, when the erasing begins: later the joins themselves are gone. Returns
 * the collections that are done; those that were done without the joined records are done again.
 */
async function noteJoined(
  { learnerId, joinedIds, done }: Departure,
  subject: Subject,
  { ports }: EraseWorld,
): Promise<readonly string[]> {
  if (joinedIds) return done
  await stopInTheirName(subject, ports)
  const ids = subject.joined?.learnerIds ?? []
  const left = ids.length === 0 ? done : []
  await changeDeparture(learnerId, ['erasing'], { subject, joinedIds: ids, done: left })
  return left
}

async function eraseIn(holding: Holding, subject: Subject): Promise<void> {
  const { onLeaving } = holding
  if (onLeaving === 'delete') await deleteHeld(holding, subject)
  else if (onLeaving !== 'keep')
    for await (const row of rowsHeld(holding, subject))
      await replaceHeld(holding, row._id, onLeaving(row))
}

/**
 * Erases a learner whose seven days are over, collection by collection; what was done stays done, so it goes on after a
 * crash. A legal hold comes first: then nothing happens, and somebody looks again the next day.
 */
export async function eraseLearner(departure: Departure, world: EraseWorld): Promise<void> {
  const { learnerId, joinedIds } = departure
  if (!departure.subject) return
  const subject = joinedIds ? departure.subject : await withJoined(departure.subject)
  const now = world.ports.now()
  if (await isHeld(recordsOf(subject))) {
    await changeDeparture(learnerId, ['cooling', 'erasing'], { dueAt: lookAgain(now) })
    return
  }
  if (!(await changeDeparture(learnerId, ['cooling', 'erasing'], { state: 'erasing' }))) return
  const done = await noteJoined(departure, subject, world)
  await lockAway(departure, subject, world)
  for (const id of recordsOf(subject)) {
    const file = await findDataFile(id)
    if (file?.fileId !== undefined) await dropStored(file.fileId)
  }
  for (const holding of holdings) {
    if (done.includes(holding.collection)) continue
    await eraseIn(holding, subject)
    await noteDone(learnerId, holding.collection)
  }
  await noteErased(learnerId, now)
}
