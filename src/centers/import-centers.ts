import { communitiesOf, type Actor } from '../access/actor.js'
import { addOrganization } from '../access/add-organization.js'
import { findOrganization, findOrganizationsByIds } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import {
  contentOf,
  findCenterImport,
  finishCenterImport,
  insertCenterImport,
  noteBatch,
} from './center-import-store.js'
import {
  mostAtOnce,
  mostRefusals,
  saysTheSame,
  type BatchResult,
  type CenterImport,
  type ImportFormat,
} from './center-import.js'
import { readTable } from './center-csv-file.js'
import { changeCenter, findCentersByIds, insertCenter } from './center-store.js'
import type { Center } from './center.js'
import { readHsds, type FileEntry, type FileFault } from './hsds-file.js'

interface SentFile {
  readonly content: string
  readonly fileName: string
  readonly format: ImportFormat
  readonly dryRun: boolean
}

const readers = { json: readHsds, csv: readTable } as const
const batch = 100
const longAgo = new Date(0)

/**
 * Takes a file of centers into the manager's community: by id, so that the same again changes nothing. Entries with faults
 * are refused by themselves, named by row and field; a dry run writes none. A large file is read by the background job.
 * Throws a Problem when the file cannot be read as a whole.
 */
export async function importCenters(
  sent: SentFile,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<CenterImport> {
  const [communityId] = communitiesOf(actor, 'manager')
  if (communityId === undefined) throw notAllowed()
  const { entries, faults, read } = readers[sent.format](sent.content)
  const now = ports.now()
  const isLarge = entries.length > mostAtOnce
  const begun: CenterImport = {
    id: newId(),
    communityId,
    by: actor.name,
    accountId: actor.accountId,
    at: now,
    touchedAt: isLarge ? longAgo : now,
    fileName: sent.fileName,
    format: sent.format,
    dryRun: sent.dryRun,
    state: 'running',
    read,
    total: entries.length,
    done: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    refused: faults.slice(0, mostRefusals),
  }
  await insertCenterImport(begun, sent.content)
  if (!isLarge) await continueImport(begun, ports)
  return (await findCenterImport(begun.id)) ?? begun
}

/** Goes on where a file stands, batch by batch; stops early when asked to and leaves the rest for the next time. */
export async function continueImport(
  file: CenterImport,
  ports: Pick<Ports, 'now'>,
  { signal, touch }: { signal?: AbortSignal; touch?: () => Promise<void> } = {},
): Promise<void> {
  const { entries } = readers[file.format](await contentOf(file.id))
  for (let from = file.done; from < entries.length; from += batch) {
    if (signal?.aborted) return
    const some = entries.slice(from, from + batch)
    const result = await takeBatch(some, file, ports.now())
    const isOurs = await noteBatch(file.id, from, from + some.length, result, ports.now())
    if (!isOurs) return
    await touch?.()
  }
  await finishCenterImport(file.id)
}

type Came = 'added' | 'changed' | 'unchanged' | Omit<FileFault, 'row'>

async function takeBatch(
  entries: readonly FileEntry[],
  file: CenterImport,
  now: Date,
): Promise<BatchResult> {
  const ids = entries.map(({ id }) => id)
  const known = await findCentersByIds(ids)
  const organizations = new Map((await findOrganizationsByIds(ids)).map((one) => [one.id, one]))
  const setting = await settingOf(file)
  const counts = { added: 0, changed: 0, unchanged: 0 }
  const refused: FileFault[] = []
  for (const entry of entries) {
    const center = known.get(entry.id)
    const came = center
      ? await takeKnown(center, entry, file)
      : await takeNew(entry, file, { ...setting, organization: organizations.get(entry.id) }, now)
    if (typeof came === 'string') counts[came] += 1
    else refused.push({ row: entry.row, ...came })
  }
  return { ...counts, refused }
}

async function takeKnown(center: Center, entry: FileEntry, file: CenterImport): Promise<Came> {
  if (center.communityId !== file.communityId)
    return { field: 'id', message: 'centers:import.elsewhere' }
  const next = entry.make(center)
  if (saysTheSame(center, next)) return 'unchanged'
  if (file.dryRun || (await changeCenter(next, center.version ?? 0))) return 'changed'
  return { field: 'id', message: 'centers:problem.quicker' }
}

interface Setting {
  readonly board: string
  readonly demonstration: boolean
}

async function settingOf({ communityId }: CenterImport): Promise<Setting> {
  const program = await findProgram(communityId)
  const board = program && (await findOrganization(program.boardId))
  return { board: board?.slug ?? '', demonstration: program?.demonstration ?? false }
}

const idTaken = { field: 'id', message: 'centers:import.idTaken' } as const

/** A center of the program without an entry: it registered itself, or the process died that had added it. */
const lacksEntry = ({ kind, communityId, state }: Organization, file: CenterImport) =>
  kind === 'center' && communityId === file.communityId && state === 'approved'

async function takeNew(
  entry: FileEntry,
  file: CenterImport,
  {
    board,
    demonstration,
    organization,
  }: Setting & { readonly organization: Organization | undefined },
  now: Date,
): Promise<Came> {
  if (organization && !lacksEntry(organization, file)) return idTaken
  const made = entry.make({
    id: entry.id,
    communityId: file.communityId,
    slug: entry.id,
    name: entry.name,
    state: '',
    board,
    status: 'current',
    source: file.fileName,
    acceptingReferrals: false,
  })
  if (made.name === '') return { field: 'name', message: 'http:field.required' }
  if (made.state === '') return { field: 'state_province', message: 'http:field.required' }
  if (file.dryRun) return 'added'
  const { id, name, communityId, source } = made
  const facts = { id, name, communityId, source, demonstration, kind: 'center' } as const
  if (!organization && !(await addOrganization({ ...facts, registeredAt: now }))) return idTaken
  return (await insertCenter(made)) ? 'added' : idTaken
}
