import { dayOf } from '../calendar.js'
import { awardBadges } from '../badges/award-badges.js'
import { refreshCounters } from '../communities/refresh-counters.js'
import { seedId } from '../ids.js'
import { insertLearners } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { findProviderBadges } from '../tracks/provider-badge-store.js'
import { recordFacts } from '../providers/evidence-store.js'
import { findTracks } from '../tracks/track-store.js'
import { demoLearner, isHolder, type DemoLearner, type DemoSetting } from './demo-plan.js'
import { addDemoAppointments } from './make-demo-appointments.js'
import { addDemoPeople, demoSeats } from './make-demo-people.js'
import { addDemoClaims } from './make-demo-claims.js'
import { addDemoCredit } from './make-demo-credit.js'
import { addDemoReferrals } from './make-demo-referrals.js'
import { readPace, type Reference } from './reference.js'
import { findSeeding, saveSeeding, type Seeding } from './seeding-store.js'

/** Told as the work goes on: how many of how many learners are made. */
export type Tell = (done: number, total: number) => void

const batch = 1_000

/** What invented people are made of: the program, its tracks, and today. */
export async function settingFor(reference: Reference, today: string): Promise<DemoSetting> {
  const tracks = (await findTracks()).filter((track) => track.status === 'published')
  const ids = tracks.flatMap((track) => track.steps.flatMap((step) => step.providerBadges))
  return {
    communityId: reference.program.community,
    today,
    tracks,
    badges: await findProviderBadges('treehouse', ids),
    gapDays: readPace().gapDays,
    idOf: seedId,
  }
}

/** The two learners who can sign in take the first two places that hold an award. */
const seatsAmong = (total: number): readonly number[] => {
  const places: number[] = []
  for (let index = 0; index < total && places.length < demoSeats.length; index += 1)
    if (isHolder(index, total)) places.push(index)
  return places
}

function planned(index: number, seeding: Seeding, setting: DemoSetting, seats: readonly number[]) {
  const seat = demoSeats[seats.indexOf(index)]
  const plan = demoLearner(index, seeding.learners, setting, seat?.wanted)
  return seat ? { ...plan, learner: { ...plan.learner, ...seat.learner } } : plan
}

/** Half of a batch is worked out while the database writes the other. */
async function addBatch(plans: readonly DemoLearner[], ports: Pick<Ports, 'now'>): Promise<void> {
  const half = Math.ceil(plans.length / 2)
  await Promise.all([addSome(plans.slice(0, half), ports), addSome(plans.slice(half), ports)])
}

async function addSome(plans: readonly DemoLearner[], ports: Pick<Ports, 'now'>): Promise<void> {
  await insertLearners(plans.map(({ learner }) => learner))
  await recordFacts(plans.flatMap(({ facts }) => facts))
  await awardBadges(
    plans.map(({ learner }) => learner.id),
    ports,
  )
}

/** Notes that a demonstration is wanted before anything is written, so that an interrupted one is known as such. */
export async function beginDemo(learners: number, ports: Pick<Ports, 'now'>): Promise<Seeding> {
  const today = dayOf(ports.now())
  const seeding: Seeding = { kind: 'demo', learners, today, done: 0, complete: false }
  await saveSeeding(seeding)
  return seeding
}

/**
 * Makes the demonstration: a program with Code Oregon's figures, the same people every time, their days counted back from
 * today (docs/decisions/0002). Goes on where an interrupted making stopped; does nothing once complete.
 */
export async function makeDemo(
  reference: Reference,
  learners: number,
  ports: Pick<Ports, 'now'>,
  tell: Tell,
): Promise<void> {
  const begun = await findSeeding('demo')
  if (begun?.complete && begun.learners >= learners) return
  const seeding = begun?.learners === learners ? begun : await beginDemo(learners, ports)
  const setting = await settingFor(reference, seeding.today)
  const seats = seatsAmong(learners)
  for (let start = seeding.done; start < learners; start += batch) {
    const end = Math.min(start + batch, learners)
    const plans = Array.from({ length: end - start }, (_, at) =>
      planned(start + at, seeding, setting, seats),
    )
    await addBatch(plans, ports)
    await saveSeeding({ ...seeding, done: end })
    tell(end, learners)
  }
  const seated = new Map(
    seats.map((index, at) => [demoSeats[at]?.learner.email ?? '', seedId('learner', `${index}`)]),
  )
  await addDemoPeople(reference, setting, ports, seated)
  await addDemoReferrals(setting, ports)
  await addDemoAppointments(setting)
  await addDemoClaims(setting)
  await addDemoCredit(setting)
  await refreshCounters(setting.communityId, ports.now())
  await saveSeeding({ ...seeding, done: learners, complete: true })
}
