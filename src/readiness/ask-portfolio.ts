import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { GetError, type GetLimits, type Got } from '../http/guarded-get.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { keepMark } from './give-mark.js'
import type { Mark } from './mark.js'

const limits: GetLimits = { maxBytes: 2 * 1024 * 1024, timeoutMs: 5_000, redirects: 3 }

/**
 * The program asks the learner's portfolio link whether it answers, under guard, and keeps that as the program's word: less
 * than a person's, who looked at it. Throws refused with the reason when it does not answer.
 */
export async function askPortfolio(
  actor: Actor,
  get: (address: string, limits: GetLimits) => Promise<Got>,
  ports: Pick<Ports, 'now'>,
): Promise<Mark> {
  const learner = await findLearner(actor.learnerId ?? '')
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const url = learner.portfolioUrl
  if (url === undefined) throw refused('readiness:missing.portfolioNone')
  await answers(url, get)
  const on = dayOf(ports.now())
  const by = { accountId: 'program', name: 'Waymark', byRole: 'program' } as const
  return keepMark(learner, { kind: 'portfolio', on, about: url }, by, ports)
}

/** A page larger than the limit is there all the same. */
async function answers(
  url: string,
  get: (address: string, limits: GetLimits) => Promise<Got>,
): Promise<void> {
  try {
    const { status } = await get(url, limits)
    if (status < 200 || status > 299) throw refused('readiness:problem.linkStatus', { status })
  } catch (error) {
    if (!(error instanceof GetError)) throw error
    if (error.failure !== 'too-large') throw refused(`readiness:problem.link.${error.failure}`)
  }
}
