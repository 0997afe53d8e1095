import type { Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { findProgram } from '../communities/program-store.js'
import { derivedId, newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { isSamePromise } from './agreement-diff.js'
import { agreementsOfCourse, insertAgreements, versionsOf } from './agreement-store.js'
import { needed, type Agreement } from './agreement.js'
import { checkVersion } from './check-version.js'
import { findCourse } from './course-store.js'
import { crosswalkRows, termsOfCells } from './crosswalk-file-input.js'
import {
  asRow,
  type CrosswalkCells,
  type CrosswalkImport,
  type RefusedRow,
} from './crosswalk-file.js'
import { insertCrosswalkImport } from './crosswalk-import-store.js'
import { ownCollege } from './keep-course.js'
import { termsOf } from './proposal-input.js'
import type { Terms } from './proposal.js'

interface Setting {
  readonly collegeId: string
  readonly collegeName: string
  readonly communityId: string
  readonly demonstration: boolean
  readonly today: string
  readonly badgeVersions: ReadonlyMap<string, number>
}

interface SentFile {
  readonly text: string
  readonly fileName: string
  readonly dryRun: boolean
}

/**
 * Takes a college's crosswalk in: each row becomes the next version of its series, or a new agreement, decided by whom the
 * row names. Rows that say what is in force already record nothing, so that the same file again changes nothing. A row with
 * faults is refused by itself; a dry run publishes none. Throws a Problem when the file cannot be read as a whole.
 */
export async function importCrosswalk(
  { text, fileName, dryRun }: SentFile,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<CrosswalkImport> {
  const now = ports.now()
  const setting = await settingOf(actor, dayOf(now))
  const rows = crosswalkRows(text)
  const refused: RefusedRow[] = []
  let [recorded, alreadyKnown] = [0, 0]
  for (const { row, cells } of rows) {
    const came = await takeInTurn(cells, setting, dryRun)
    if (came === 'recorded') recorded += 1
    else if (came === 'known') alreadyKnown += 1
    else refused.push(...came.map((fault) => asRow(row, fault)))
  }
  const { collegeId } = setting
  const counts = { read: rows.length, recorded, alreadyKnown, refused }
  const done = { id: newId(), collegeId, by: actor.name, at: now, fileName, dryRun, ...counts }
  await insertCrosswalkImport(done)
  return done
}

async function settingOf(actor: Actor, today: string): Promise<Setting> {
  const collegeId = ownCollege(actor)
  const role = actor.roles.find((at) => at.organizationId === collegeId)
  const college = await findOrganization(collegeId)
  if (!role || !college) throw notAllowed()
  const program = await findProgram(role.communityId)
  return {
    collegeId,
    collegeName: college.name,
    communityId: role.communityId,
    demonstration: program?.demonstration ?? false,
    today,
    badgeVersions: new Map((await findBadges()).map(({ slug, version }) => [slug, version])),
  }
}

const tries = 3

/** Takes a row again where somebody was quicker: it may say by now what is in force, or be the version after that. */
async function takeInTurn(cells: CrosswalkCells, setting: Setting, dryRun: boolean) {
  for (let turn = 0; turn < tries; turn += 1) {
    const came = await takeRow(cells, setting, dryRun)
    if (came !== 'overtaken') return came
  }
  return [{ field: 'series', message: 'agreements:error.overtaken' }]
}

async function takeRow(cells: CrosswalkCells, setting: Setting, dryRun: boolean) {
  const read = termsOfCells(cells)
  if ('faults' in read) return read.faults
  const terms = termsOf(read.form, await findCourse(setting.collegeId, read.form.course))
  const earlier = await seriesOf(cells.series?.trim() ?? '', terms, setting)
  if (earlier === undefined) return [{ field: 'series', message: 'claims:error.unknownAgreement' }]
  const last = earlier.at(-1)
  const next: Agreement = {
    ...terms,
    id: newId(),
    series: last?.series ?? newSeries(terms, setting),
    version: (last?.version ?? 0) + 1,
    communityId: last?.communityId ?? setting.communityId,
    collegeId: setting.collegeId,
    collegeName: setting.collegeName,
    decidedOn: setting.today,
    badgeVersions: terms.badges.of.map((slug) => ({
      slug,
      version: setting.badgeVersions.get(slug) ?? 1,
    })),
    demonstration: setting.demonstration,
  }
  if (last && isSamePromise(last, next)) return 'known' as const
  const faults = await checkVersion(next, setting.today)
  if (faults.some(({ field }) => field === 'version')) return 'overtaken' as const
  if (faults.length > 0) return faults
  if (!dryRun && (await insertAgreements([next])) === 0) return 'overtaken' as const
  return 'recorded' as const
}

const keyOf = ({ badges, from }: Pick<Agreement, 'badges' | 'from'>) =>
  `${needed(badges)} ${[...badges.of].sort().join(' ')} ${from}`

/** One and the same for whoever sends the row, so that two files at once make one series: its first version is unique. */
const newSeries = (terms: Terms, { collegeId }: Setting): string =>
  derivedId('agreement', [collegeId, terms.course, keyOf(terms)].join('|'))

/** The versions a row adds to: of the series it names, or of the agreement on the same course, badges and first day. */
async function seriesOf(
  series: string,
  terms: Terms,
  { collegeId }: Setting,
): Promise<Agreement[] | undefined> {
  if (series !== '') {
    const versions = await versionsOf([series])
    return versions[0]?.collegeId === collegeId ? versions : undefined
  }
  const same = (await agreementsOfCourse(collegeId, terms.course)).find(
    (one) => keyOf(one) === keyOf(terms),
  )
  return same ? versionsOf([same.series]) : []
}
