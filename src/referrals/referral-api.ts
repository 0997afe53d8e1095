import { z } from 'zod'
import { hasRole, type Actor } from '../access/actor.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { sendDownload } from '../http/send-download.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { downloadOf } from '../resumes/resume.js'
import type { World } from '../world.js'
import { answerReferral } from './answer-referral.js'
import { askForReferral } from './ask-for-referral.js'
import { findCenter, findCentersByIds } from '../centers/center-store.js'
import { listReady } from './list-ready.js'
import { listChanges, listReferrals } from './list-referrals.js'
import { asTheyStand } from './match-packets.js'
import { discloseReferral } from './disclose-referral.js'
import { onceByKey } from './once-by-key.js'
import { openPacketResume } from './open-packet-resume.js'
import { openPacket } from './open-packet.js'
import { readReferral } from './read-referral.js'
import { readyAnswer, readyJson } from './ready-view.js'
import { enrollmentInput, stayParams, takeBackInput } from './co-enrollment-input.js'
import { enrollmentAnswer, enrollmentJson } from './co-enrollment-view.js'
import { enrollmentsFor, reportEnrollment } from './report-enrollment.js'
import { takeEnrollmentBack } from './take-enrollment-back.js'
import { bulkAnswer, bulkJson } from './bulk-view.js'
import { referMany } from './refer-many.js'
import { answerInput, askInput, bulkInput, forwardInput, idParams } from './referral-input.js'
import { forwardReferral } from './forward-referral.js'
import type { Referral } from './referral.js'
import { referralsOf } from './referral-store.js'
import { referralAnswer, referralJson } from './referral-view.js'
import { seenBy, seeReferral } from './see-referral.js'
import { signPacket } from './sign-packet.js'
import { queueApiQuery, type QueueApiQuery, readyApiQuery } from './staff-input.js'

async function listFor(actor: Actor, { since, ...query }: QueueApiQuery, ports: Ports) {
  if (!hasRole(actor, 'staff'))
    return { items: await referralsOf(actor.learnerId ?? ''), next: undefined }
  if (since) return listChanges(actor, { ...query, since }, ports)
  return listReferrals(actor, { ...query, state: query.state ?? 'all' }, ports, 'api')
}

/** Referrals and the job-ready list for outside tools. */
export function referralApi(world: World) {
  const { ports } = world
  const routes = apiRoutes()
  const withCenter = async (
    actor: Actor,
    referral: Referral,
  ): Promise<z.output<typeof referralAnswer>> =>
    referralJson(seenBy(actor, referral).referral, await findCenter(referral.centerId), ports.now())

  routes.add({
    method: 'post',
    path: '/referrals',
    action: 'ask for a referral',
    summary: 'Ask a center to take a learner on; needs the learner’s live consent to that center.',
    body: askInput,
    answer: referralAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ body, req }) => {
      const referral = await askForReferral(actorOf(req), body, ports)
      mailSoon()
      return withCenter(actorOf(req), referral)
    },
  })

  routes.add({
    method: 'post',
    path: '/referrals/bulk',
    action: 'ask for many referrals',
    summary:
      'Ask one center for up to 200 learners; each needs consent, else a draft waits for them. Safe to repeat.',
    body: bulkInput,
    answer: bulkAnswer,
    errors: [409, 422],
    handle: async ({ body, req }) => {
      const results = await referMany(actorOf(req), body, 'api', ports)
      mailSoon()
      return bulkJson(results)
    },
  })

  routes.add({
    method: 'get',
    path: '/referrals',
    action: 'list referrals',
    summary:
      'A learner’s own referrals, or the queue of a staff person’s center; with `since`, what changed there, from two minutes before: one change may come twice.',
    query: queueApiQuery,
    answer: listAnswer(referralAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const actor = actorOf(req)
      const { items, next } = await listFor(actor, query, ports)
      const centers = await findCentersByIds(items.map(({ centerId }) => centerId))
      const now = ports.now()
      const shown = (await asTheyStand(items, now)).map((one) =>
        referralJson(seenBy(actor, one).referral, centers.get(one.centerId), now),
      )
      return { items: shown, next }
    },
  })

  routes.add({
    method: 'get',
    path: '/referrals/{id}',
    action: 'read a referral',
    summary: 'One referral with its timeline; only its parties learn that it exists.',
    params: idParams,
    answer: referralAnswer,
    errors: [404],
    handle: async ({ params, req }) => {
      const actor = actorOf(req)
      const { referral } = await readReferral(actor, params.id, ports.now())
      await discloseReferral(actor, seenBy(actor, referral), ['progress'], 'api', ports.now())
      return withCenter(actor, referral)
    },
  })

  routes.add({
    method: 'post',
    path: '/referrals/{id}/answers',
    action: 'answer a referral',
    summary:
      'Set the next state or substate, each side what is theirs to set. Takes an Idempotency-Key header.',
    params: idParams,
    body: answerInput,
    answer: referralAnswer,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) => {
      const actor = actorOf(req)
      const call = { path: `answers ${params.id}`, body }
      const answer = async (deedId: string) =>
        withCenter(actor, await answerReferral(actor, params.id, body, ports, deedId))
      const answered = await onceByKey(actor, req.get('idempotency-key'), call, answer, ports)
      mailSoon()
      return answered
    },
  })

  routes.add({
    method: 'get',
    path: '/referrals/{id}/packet',
    action: 'read a referral',
    summary:
      'What the referral opens to its center, as plain data and signed; writes a disclosure.',
    params: idParams,
    answer: z.object({ packet: z.record(z.string(), z.unknown()), jws: z.string() }),
    errors: [404],
    handle: async ({ params, req }) =>
      signPacket(await openPacket(actorOf(req), params.id, 'api', ports), world),
  })

  routes.add({
    method: 'get',
    path: '/referrals/{id}/packet/resume',
    action: 'read a referral',
    summary: 'The résumé file that the packet names, byte by byte; writes a disclosure.',
    params: idParams,
    answer: z.string().meta({ description: 'The file: PDF, Word document or plain text' }),
    errors: [404],
    handle: async ({ params, req, res }) => {
      sendDownload(res, downloadOf(await openPacketResume(actorOf(req), params.id, 'api', ports)))
    },
  })

  routes.add({
    method: 'get',
    path: '/referrals/{id}/co-enrollments',
    action: 'read a referral',
    summary:
      'The programs the learner is in, as the referral’s center reported them; those taken back say so.',
    params: idParams,
    answer: listAnswer(enrollmentAnswer),
    errors: [404],
    handle: async ({ params, req }) => {
      const seen = await seeReferral(actorOf(req), params.id, ports.now())
      const stays = await enrollmentsFor(seen)
      await discloseReferral(actorOf(req), seen, [], 'api', ports.now())
      return { items: stays.map(enrollmentJson) }
    },
  })

  routes.add({
    method: 'post',
    path: '/referrals/{id}/co-enrollments',
    action: 'work a caseload',
    summary:
      'Report a program the learner is in, once accepted; the same stay again with a last day ends it.',
    params: idParams,
    body: enrollmentInput,
    answer: enrollmentAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) =>
      enrollmentJson(await reportEnrollment(actorOf(req), params.id, body, ports)),
  })

  routes.add({
    method: 'post',
    path: '/referrals/{id}/co-enrollments/{stay}/withdrawals',
    action: 'work a caseload',
    summary:
      'Take back a program your center reported by mistake, with the reason; it stays listed.',
    params: stayParams,
    body: takeBackInput,
    answer: enrollmentAnswer,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) =>
      enrollmentJson(
        await takeEnrollmentBack(actorOf(req), params.id, params.stay, body.reason, ports),
      ),
  })

  routes.add({
    method: 'post',
    path: '/referrals/{id}/forwards',
    action: 'answer a referral',
    summary:
      'Hand a referral on to another center; without the learner’s consent to it, as a draft they may send.',
    params: idParams,
    body: forwardInput,
    answer: referralAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) => {
      const referral = await forwardReferral(actorOf(req), params.id, body, ports)
      mailSoon()
      return withCenter(actorOf(req), referral)
    },
  })

  routes.add({
    method: 'get',
    path: '/learners',
    action: 'see who is job-ready',
    summary: 'Who is job-ready in the program, the longest ready first; writes a disclosure.',
    query: readyApiQuery,
    answer: listAnswer(readyAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { ready: _, ...filters } = query
      const { items, next } = await listReady(actorOf(req), filters, 'api', ports)
      return { items: items.map(readyJson), next }
    },
  })

  return routes
}
