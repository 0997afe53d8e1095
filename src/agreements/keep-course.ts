import { organizationsOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed } from '../problems.js'
import type { CourseForm } from './course-input.js'
import { findCourse, saveCourse } from './course-store.js'
import { faultsOfCourse, type Course } from './course.js'

/** The college a person keeps the catalog and agreements of. Throws not-allowed without one. */
export function ownCollege(actor: Actor): string {
  const [collegeId] = organizationsOf(actor, 'college')
  if (collegeId === undefined) throw notAllowed()
  return collegeId
}

/** Adds a course to the catalog of the actor's college, or changes what is known of it. Throws invalid by field. */
export async function keepCourse(
  actor: Actor,
  form: CourseForm,
  ports: Pick<Ports, 'now'>,
): Promise<Course> {
  const collegeId = ownCollege(actor)
  const { code, title, credits, unit, catalogYear, topics, status } = form
  const before = await findCourse(collegeId, code)
  const course: Course = {
    collegeId,
    code,
    ...(title !== undefined && { title }),
    ...(credits !== undefined && { credits }),
    ...(unit !== undefined && { unit }),
    ...(catalogYear !== undefined && { catalogYear }),
    topics: (topics ?? '')
      .split(',')
      .map((topic) => topic.trim())
      .filter((topic) => topic !== ''),
    status,
    ...(before?.source !== undefined && { source: before.source }),
    changedOn: dayOf(ports.now()),
  }
  const faults = faultsOfCourse(course)
  if (faults.length > 0) throw invalid(faults)
  await saveCourse(course)
  return course
}
