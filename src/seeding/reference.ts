import { readdirSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { seedTrack, type SeedTrack } from '../tracks/track-input.js'
import * as files from './reference-input.js'

const seedFolder = new URL('../../seed/', import.meta.url)

function read<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  const parsed = schema.safeParse(JSON.parse(readFileSync(new URL(file, seedFolder), 'utf8')))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`seed/${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

const readTracks = (): SeedTrack[] =>
  readdirSync(new URL('tracks/', seedFolder))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => read(`tracks/${file}`, seedTrack))

/** The reference facts of seed/, parsed. Throws an error that names the file and the field when one is wrong. */
export const readReference = () => ({
  tracks: readTracks(),
  badges: read('badges.json', files.badgesFile).badges,
  providerBadges: read('provider-badges.json', files.providerBadgesFile),
  colleges: read('colleges.json', files.collegesFile).colleges,
  courses: read('courses.json', files.coursesFile).courses,
  tuition: read('tuition.json', files.tuitionFile).tuition,
  boards: read('boards.json', files.boardsFile).boards,
  centers: read('centers.json', files.centersFile).centers,
  communities: read('communities.json', files.communitiesFile).communities,
  employers: read('employers.json', files.employersFile).employers,
  occupations: read('occupations.json', files.occupationsFile).occupations,
  skills: read('skills.json', files.skillsFile).skills,
  techhireTotals: read('techhire-totals.json', files.techhireTotalsFile).totals,
  program: read('program.json', files.programFile),
  agreements: read('agreements.json', files.agreementsFile).agreements,
  readinessRules: read('readiness-rules.json', files.readinessRulesFile),
})

/** The pace of a real learner, for demonstration data. */
export const readPace = () => read('demo-pace.json', files.paceFile)

export type Reference = ReturnType<typeof readReference>
