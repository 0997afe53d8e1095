import type { Request, Response } from 'express'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { allowWhat, ownMentor } from './allow-what.js'
import { readableBy } from './meeting.js'
import { meetingsOf } from './meeting-store.js'
import { meetingRows } from './meeting-view.js'
import { allowInput, idParams } from './mentoring-input.js'
import { allowances, isLive } from './pairing.js'
import { pairingsOf } from './pairing-store.js'

/** A learner's mentors, what each may see, and the meetings the learner may read. */
export function myMentorPages() {
  const routes = pageRoutes()

  routes.get(paths.myMentors, 'say what a mentor sees', showMine)

  routes.form(paths.mentorMaySee, 'say what a mentor sees', {
    view: 'mentoring/may-see',
    title: 'mentoring:maySee.title',
    schema: allowInput,
    show: async (req) => {
      const pairing = await ownMentor(actorOf(req), idOf(req))
      const { t } = wordsOf(req)
      const options = allowances.map((value) => ({ value, label: t(`mentoring:allows.${value}`) }))
      return { mentor: pairing.mentorName, allows: pairing.allows, options, back: paths.myMentors }
    },
    submit: async ({ allows }, req) => {
      await allowWhat(actorOf(req), idOf(req), allows)
      return { to: paths.myMentors, notice: 'mentoring:notice.allowed' }
    },
  })

  return routes
}

const idOf = (req: Request): string => parseParams(idParams, req.params).id

async function showMine(req: Request, res: Response) {
  const words = wordsOf(req)
  const learnerId = actorOf(req).learnerId ?? ''
  const [pairings, meetings] = await Promise.all([pairingsOf(learnerId), meetingsOf(learnerId)])
  page(req, res, 'mentoring/mine', {
    title: 'mentoring:mine.title',
    pairings: pairings.map((pairing) => ({
      cells: [
        pairing.mentorName,
        { date: pairing.startedOn, text: words.day(pairing.startedOn) },
        pairing.endedOn ? { date: pairing.endedOn, text: words.day(pairing.endedOn) } : null,
        pairing.allows.map((kind) => words.t(`mentoring:allows.${kind}`)).join(', ') || null,
        isLive(pairing)
          ? {
              text: words.t('mentoring:mine.change'),
              href: words.href(to(paths.mentorMaySee, { id: pairing.id })),
            }
          : null,
      ],
    })),
    meetings: meetingRows(readableBy(meetings, 'learner'), words),
  })
}
