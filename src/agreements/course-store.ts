import mongoose from 'mongoose'
import { creditUnits } from './agreement.js'
import type { Course } from './course.js'

interface Row extends Course {
  readonly _id: string
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    collegeId: text,
    code: text,
    title: String,
    credits: Number,
    unit: { type: String, enum: creditUnits },
    catalogYear: String,
    topics: [String],
    status: { ...text, enum: ['offered', 'withdrawn'] },
    source: String,
    changedOn: String,
  },
  { collection: 'college-courses', strict: 'throw', versionKey: false },
)
schema.index({ collegeId: 1, code: 1 }, { unique: true })

const Courses = mongoose.model('CollegeCourse', schema)

const withoutId = { _id: 0 } as const
const idOf = ({ collegeId, code }: Pick<Course, 'collegeId' | 'code'>) => `${collegeId}|${code}`

/** One course of a college by its code. */
export async function findCourse(collegeId: string, code: string): Promise<Course | undefined> {
  return (await Courses.findOne({ collegeId, code }, withoutId).lean<Course>()) ?? undefined
}

/** The courses of a college by code, withdrawn ones too. */
export async function coursesOf(collegeId: string): Promise<Course[]> {
  return Courses.find({ collegeId }, withoutId).sort({ code: 1 }).limit(5_000).lean<Course[]>()
}

/** Keeps a course in place of what was known of it. */
export async function saveCourse(course: Course): Promise<void> {
  const row = { _id: idOf(course), ...course, topics: [...course.topics] }
  await Courses.replaceOne({ _id: row._id }, row, { upsert: true })
}

/** For seeds: adds courses; what a college has said of one since stays. */
export async function addCourses(courses: readonly Course[]): Promise<void> {
  if (courses.length === 0) return
  await Courses.bulkWrite(
    courses.map((course) => ({
      updateOne: {
        filter: { _id: idOf(course) },
        update: { $setOnInsert: { ...course, topics: [...course.topics] } },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
