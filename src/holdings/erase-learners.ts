import { dayOf } from '../calendar.js'
import type { World } from '../world.js'
import { closeDown } from './close-down.js'
import type { Departure } from './departure.js'
import { departuresDue, departuresPast, forgetDeparture, noteUnlocked } from './departure-store.js'
import { eraseLearner } from './erase-learner.js'
import { isHeld } from './hold-store.js'
import { recordsOf, type Subject } from './holding.js'
import { deleteHeld } from './holding-store.js'
import { holdings } from './holdings.js'
import { dropLocked } from './locked-store.js'

interface Run {
  readonly world: Pick<World, 'ports' | 'secrets'>
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 50

/** The law's time is over: the locked copy goes, later every row that was kept, and the note itself. */
async function dropKept(departure: Departure, today: string) {
  const { learnerId, communityId, logUntil, joinedIds = [] } = departure
  const joined = { learnerIds: joinedIds, accountIds: [], emails: [] }
  const subject: Subject = { learnerId, communityId, joined }
  if (await isHeld(recordsOf(subject))) return
  await dropLocked(learnerId)
  await noteUnlocked(learnerId)
  if (logUntil === undefined || logUntil >= today) return
  for (const holding of holdings) await deleteHeld(holding, subject)
  await forgetDeparture(learnerId)
}

/** Closes down, erases and drops whatever is due. */
export async function eraseLearners({ world, signal, touch }: Run): Promise<void> {
  const now = world.ports.now()
  for (const departure of await departuresDue(now, batch)) {
    if (signal.aborted) return
    if (departure.state === 'cooling' && departure.dueAt > now)
      await closeDown(departure, world.ports)
    else await eraseLearner(departure, world)
    await touch()
  }
  const today = dayOf(now)
  for await (const departure of departuresPast(today)) {
    if (signal.aborted) return
    await dropKept(departure, today)
    await touch()
  }
}
