import type { Request } from 'express'
import { findBadges } from '../badges/badge-store.js'
import { filtersOf } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { courseForm, courseQuery } from './course-input.js'
import { coursesOf, findCourse } from './course-store.js'
import { courseFields, courseRow, staleRow } from './course-view.js'
import { keepCourse, ownCollege } from './keep-course.js'
import { listStale } from './list-stale.js'

async function editData(req: Request) {
  const { code } = parse(courseQuery, filtersOf(req))
  const course = code === undefined ? undefined : await findCourse(ownCollege(actorOf(req)), code)
  return { fields: courseFields(course, wordsOf(req)), paths }
}

/** A college's catalog as agreements use it, and the agreements that a change of it has left behind. */
export function coursePages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.collegeCourses, 'keep agreements', async (req, res) => {
    const courses = await coursesOf(ownCollege(actorOf(req)))
    const rows = courses.map((course) => courseRow(course, wordsOf(req)))
    page(req, res, 'agreements/courses', { title: 'agreements:courses.title', rows, paths })
  })
  routes.form(paths.editCourse, 'keep agreements', {
    view: 'agreements/edit-course',
    title: 'agreements:editCourse.title',
    schema: courseForm,
    show: editData,
    submit: async (form, req) => {
      await keepCourse(actorOf(req), form, ports)
      return { to: paths.collegeCourses, notice: 'agreements:notice.courseKept' }
    },
  })
  routes.get(paths.staleAgreements, 'keep agreements', async (req, res) => {
    const [stale, badges] = await Promise.all([listStale(actorOf(req), ports), findBadges()])
    const names = new Map(badges.map(({ slug, name }) => [slug, name]))
    const rows = stale.map((one) => staleRow(one, names, wordsOf(req)))
    page(req, res, 'agreements/stale', { title: 'agreements:stale.title', rows, paths })
  })

  return routes
}
