import type { Readable } from 'node:stream'
import type { Organization } from '../access/organization.js'
import { newId } from '../ids.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { continueImport } from './continue-import.js'
import { emptyImport, rowsAtOnce, type Import } from './import.js'
import { dropImport, findImport, insertImport, setReceived } from './import-store.js'
import { checkedRoster, type RosterFile } from './roster-file.js'
import { keepUpload } from './upload-store.js'

export interface SentRoster {
  readonly bytes: Readable
  readonly fileName?: string
  readonly dryRun: boolean
}

export interface Sender {
  readonly organization: Organization
  /** The account, or the command, that brings the file in. */
  readonly startedBy: string
}

export interface UploadLimits {
  readonly uploadMax: number
  /** Up to so many rows are read before the answer; more wait for the background job. */
  readonly rowsAtOnce?: number
}

/**
 * Takes a roster in: the whole file is stored and checked first, so that a wrong header, encoding or size is refused with
 * nothing recorded (throws a Problem). A small file is read at once and the import comes back done; a large one comes back
 * waiting, for `continueImport` in any process. What is left of a refused request's body is read and thrown away.
 */
export async function receiveRoster(
  sender: Sender,
  { bytes, fileName, dryRun }: SentRoster,
  ports: Pick<Ports, 'now'>,
  limits: UploadLimits,
): Promise<Import> {
  const begun = { ...newImport(sender, dryRun, ports.now()), ...(fileName && { fileName }) }
  await insertImport(begun, firstWork(ports.now()))
  const file: RosterFile = { columns: [], rows: 0 }
  try {
    const source = bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    await keepUpload(begun.id, checkedRoster(source, limits.uploadMax, file))
  } catch (error) {
    bytes.resume()
    await dropImport(begun.id)
    throw error
  }
  await setReceived(begun.id, file)
  const isSmall = file.rows <= (limits.rowsAtOnce ?? rowsAtOnce)
  const received = isSmall ? await continueImport(begun.id, ports) : await findImport(begun.id)
  return received ?? begun
}

const firstWork = (now: Date) => ({
  columns: [],
  offset: 0,
  nextRow: 1,
  awardedUpTo: '',
  leaseBy: '',
  leaseUntil: now,
  tries: 0,
})

const newImport = ({ organization, startedBy }: Sender, dryRun: boolean, now: Date): Import => ({
  id: newId(),
  communityId: organization.communityId,
  source: 'roster',
  provider: organization.slug,
  origin: organization.id,
  startedBy,
  organizationId: organization.id,
  dryRun,
  state: 'receiving',
  ...emptyImport,
  startedAt: now,
  startedOn: dayOf(now),
})
