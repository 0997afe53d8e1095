import type { Request } from 'express'
import type { Actor } from '../access/actor.js'
import { page, redirect } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Learner } from '../learners/learner.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { World } from '../world.js'
import { decideDifferent } from './decide-different.js'
import { duplicateForm, duplicateParams } from './duplicate-input.js'
import { comparePage, mergeRow, pairRow } from './duplicate-view.js'
import { mergeLearners } from './merge-learners.js'
import { listDuplicates, openDuplicate } from './open-duplicate.js'
import { undoMerge } from './undo-merge.js'

/** Records that may be one person: the list, the comparison side by side, merging and undoing it. */
export function duplicatePages({ ports }: World) {
  const routes = pageRoutes()
  const idOf = (req: Request): string => parseParams(duplicateParams, req.params).id

  const disclose = (actor: Actor, learners: readonly Learner[]) =>
    discloseTo({
      actor,
      organizationId:
        actor.roles.find(({ role }) => role === 'staff' || role === 'manager')?.organizationId ??
        '',
      learnerIds: learners.map(({ id }) => id),
      records: ['listing'],
      basis: 'program-agreement',
      purpose: 'duplicate records',
      channel: 'list',
      now: ports.now(),
    })

  routes.get(paths.duplicates, 'merge records', async (req, res) => {
    const { pairs, merges } = await listDuplicates(actorOf(req))
    const words = wordsOf(req)
    await disclose(
      actorOf(req),
      pairs.flatMap(({ learners }) => learners),
    )
    page(req, res, 'duplicates/list', {
      title: 'duplicates:list.title',
      rows: pairs.map((pair) => pairRow(pair, words)),
      merges: merges.map((one) => mergeRow(one, words, ports.now())),
    })
  })

  routes.form(paths.duplicate, 'merge records', {
    view: 'duplicates/compare',
    title: 'duplicates:compare.title',
    schema: duplicateForm,
    show: async (req) => {
      const pair = await openDuplicate(actorOf(req), idOf(req))
      await disclose(actorOf(req), pair.learners)
      return { pair: comparePage(pair, wordsOf(req)), paths }
    },
    submit: async ({ decision, keep }, req) => {
      if (decision === 'different' || keep === undefined) {
        await decideDifferent(actorOf(req), idOf(req))
        return { to: paths.duplicates, notice: 'duplicates:notice.different' }
      }
      await mergeLearners(actorOf(req), idOf(req), keep, ports)
      mailSoon()
      return { to: paths.duplicates, notice: 'duplicates:notice.merged' }
    },
  })

  routes.post(paths.undoMerge, 'merge records', async (req, res) => {
    await undoMerge(actorOf(req), idOf(req), ports)
    redirect(req, res, paths.duplicates, 'duplicates:notice.undone')
  })

  return routes
}
