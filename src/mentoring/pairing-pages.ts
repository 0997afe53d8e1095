import type { Request } from 'express'
import { findPeople } from '../access/people-store.js'
import { dayOf } from '../calendar.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import type { World } from '../world.js'
import { capacitiesOf } from './capacity-store.js'
import { endPairing, pairingOfStaff } from './end-pairing.js'
import { endPairingInput, idParams, mentorSearch, pairingInput } from './mentoring-input.js'
import { seatsTaken } from './pairing-store.js'
import { learnerOfStaff, startPairing } from './start-pairing.js'

/** Staff start and end dated pairings. */
export function pairingPages({ ports }: World) {
  const routes = pageRoutes()

  routes.form(paths.newPairing, 'pair mentors', {
    view: 'mentoring/pair',
    title: 'mentoring:pair.title',
    schema: pairingInput,
    show: (req) => pairForm(req, ports),
    submit: async (input, req) => {
      await startPairing(actorOf(req), idOf(req), input, ports)
      return { to: to(paths.staffLearner, { id: idOf(req) }), notice: 'mentoring:notice.paired' }
    },
  })

  routes.form(paths.endPairing, 'pair mentors', {
    view: 'mentoring/end',
    title: 'mentoring:end.title',
    schema: endPairingInput,
    show: endForm,
    submit: async ({ reason }, req) => {
      const { learnerId } = await endPairing(actorOf(req), idOf(req), reason, ports)
      return { to: to(paths.staffLearner, { id: learnerId }), notice: 'mentoring:notice.ended' }
    },
  })

  return routes
}

const idOf = (req: Request): string => parseParams(idParams, req.params).id
const mentorsShown = 50

async function pairForm(req: Request, ports: Ports) {
  const words = wordsOf(req)
  const learner = await learnerOfStaff(actorOf(req), idOf(req))
  const { q } = parse(mentorSearch, { q: req.query['q'] })
  const filter = {
    communityId: learner.communityId,
    role: 'mentor',
    state: 'active',
    search: q,
  } as const
  const mentors = await findPeople(filter, mentorsShown)
  const ids = mentors.map(({ id }) => id)
  const [capacities, taken] = await Promise.all([capacitiesOf(ids), seatsTaken(ids)])
  return {
    title: 'mentoring:pair.title',
    titleParams: { name: learner.name },
    q: q ?? '',
    today: dayOf(ports.now()),
    joinedOn: learner.joinedOn,
    mentors: mentors.map(({ id, name }) => {
      const free = (capacities.get(id) ?? 0) - (taken.get(id)?.length ?? 0)
      const hint = words.t('mentoring:pair.seats', {
        count: Math.max(0, free),
        capacity: capacities.get(id) ?? 0,
      })
      return { value: id, label: name, hint }
    }),
    action: words.href(to(paths.newPairing, { id: learner.id })),
    back: { path: to(paths.staffLearner, { id: learner.id }), name: learner.name },
  }
}

async function endForm(req: Request) {
  const pairing = await pairingOfStaff(actorOf(req), idOf(req))
  const learner = await findLearner(pairing.learnerId)
  return {
    mentor: pairing.mentorName,
    learner: learner?.name ?? '',
    since: wordsOf(req).day(pairing.startedOn),
    back: { path: to(paths.staffLearner, { id: pairing.learnerId }), name: learner?.name ?? '' },
  }
}
