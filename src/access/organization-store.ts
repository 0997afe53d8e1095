import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { sortName } from './account.js'
import { historyFields, historyIndex, noting, type WithHistory } from './change-store.js'
import type { Change } from './change.js'
import {
  organizationKinds,
  organizationStates,
  type Organization,
  type OrganizationDecision,
  type OrganizationKind,
  type OrganizationState,
} from './organization.js'

/** `owesRole`: approved, and whoever registered it has not been given their role yet. */
interface Row extends Omit<Organization, 'id'>, WithHistory {
  readonly _id: string
  readonly sortName: string
  readonly outbox: readonly OutboxEntry[]
  readonly owesRole?: true
}

const text = { type: String, required: true } as const

const decisionSchema = new mongoose.Schema<OrganizationDecision>(
  { by: text, at: { type: Date, required: true }, reason: String },
  { _id: false, strict: 'throw' },
)

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    slug: text,
    name: text,
    kind: { type: String, enum: organizationKinds, required: true },
    communityId: text,
    state: { type: String, enum: organizationStates, required: true },
    url: String,
    city: String,
    source: String,
    demonstration: { type: Boolean, required: true },
    registeredAt: { type: Date, required: true },
    registeredBy: String,
    decision: decisionSchema,
    sortName: text,
    outbox: [outboxEntrySchema],
    owesRole: Boolean,
    ...historyFields,
  },
  { collection: 'organizations', strict: 'throw', versionKey: false },
)
schema.index({ slug: 1 }, { unique: true })
schema.index({ communityId: 1, kind: 1, state: 1, sortName: 1, _id: 1 })
schema.index({ communityId: 1, state: 1, sortName: 1, _id: 1 })
schema.index({ communityId: 1, sortName: 1, _id: 1 })
schema.index({ owesRole: 1 }, { partialFilterExpression: { owesRole: true } })
schema.index(...historyIndex)
schema.index(...outboxIndex)

/** For history-store.ts too. */
export const Organizations = mongoose.model('Organization', schema)

export const organizationOutbox = outboxIn('Organization')

const readable = { sortName: 0, outbox: 0, owesRole: 0, history: 0, lastChangeAt: 0 } as const
type Readable = Omit<Row, keyof typeof readable>

const toOrganization = ({ _id, ...rest }: Readable): Organization => ({ id: _id, ...rest })

const toRow = ({ id, ...fields }: Organization): Omit<Row, 'outbox'> => ({
  _id: id,
  ...fields,
  sortName: sortName(fields.name),
})

/** The organization, or undefined; pending and declined ones too. */
export async function findOrganization(id: string): Promise<Organization | undefined> {
  const row = await Organizations.findById(id, readable).lean<Readable>()
  return row ? toOrganization(row) : undefined
}

/** The organization with this slug. */
export async function findOrganizationBySlug(slug: string): Promise<Organization | undefined> {
  const row = await Organizations.findOne({ slug }, readable).lean<Readable>()
  return row ? toOrganization(row) : undefined
}

/** The organizations with these ids, in no order. */
export async function findOrganizationsByIds(ids: readonly string[]): Promise<Organization[]> {
  const rows = await Organizations.find({ _id: { $in: [...new Set(ids)] } }, readable).lean<
    Readable[]
  >()
  return rows.map(toOrganization)
}

/** The organizations whose ids stand at a path of what was read before, to ride along with that. */
export const organizationsRead = (path: string): JointRead<Organization[]> => ({
  from: Organizations.collection.name,
  join: { field: '_id', path },
  fields: readable,
  take: (rows) => (rows as readonly Readable[]).map(toOrganization),
})

export interface OrganizationFilter {
  readonly communityId?: string | undefined
  readonly kind?: OrganizationKind | undefined
  readonly state?: OrganizationState | undefined
}

/** Where a page of a list ended. */
export interface OrganizationCursor {
  readonly sortName: string
  readonly id: string
}

/** Organizations by name, at most `limit`, after the cursor. */
export async function findOrganizations(
  filter: OrganizationFilter,
  limit = 1000,
  after?: OrganizationCursor,
): Promise<Organization[]> {
  const wanted = Object.fromEntries(
    Object.entries({ ...filter }).filter(([, value]) => value !== undefined),
  ) as QueryFilter<Row>
  const beyond: QueryFilter<Row> = after
    ? {
        $and: [
          { sortName: { $gte: after.sortName } },
          { $or: [{ sortName: { $gt: after.sortName } }, { _id: { $gt: after.id } }] },
        ],
      }
    : {}
  const rows = await Organizations.find({ ...wanted, ...beyond }, readable)
    .sort({ sortName: 1, _id: 1 })
    .limit(limit)
    .lean<Readable[]>()
  return rows.map(toOrganization)
}

/** The value lists are sorted by, for the cursor of a list's last row. */
export const organizationCursor = (organization: Organization): OrganizationCursor => ({
  sortName: sortName(organization.name),
  id: organization.id,
})

/** Adds a new organization with what it announces; false when its slug is taken. */
export async function insertOrganization(
  organization: Organization,
  outbox: readonly OutboxEntry[] = [],
): Promise<boolean> {
  try {
    await Organizations.insertMany([{ ...toRow(organization), outbox }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Writes the organization as given, new or not: for seeds and reference data. */
export async function saveOrganization(organization: Organization): Promise<void> {
  await saveOrganizations([organization])
}

/** Writes many organizations in one bulk write; the same again changes nothing. */
export async function saveOrganizations(organizations: readonly Organization[]): Promise<void> {
  if (organizations.length === 0) return
  await Organizations.bulkWrite(
    organizations.map((organization) => ({
      updateOne: {
        filter: { _id: organization.id },
        update: { $set: toRow(organization), $setOnInsert: { outbox: [] } },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/**
 * Decides on a pending organization, once, with the mails that tell it; false when it was decided before. An approved one then
 * owes a role.
 */
export async function saveDecision(
  id: string,
  state: 'approved' | 'declined',
  decision: OrganizationDecision,
  mails: readonly OutboxEntry[],
  change: Change,
): Promise<boolean> {
  const { set, push } = noting([change])
  const done = await Organizations.updateOne(
    { _id: id, state: 'pending' },
    {
      $set: { state, decision, ...(state === 'approved' && { owesRole: true }), ...set },
      $push: { outbox: { $each: [...mails] }, ...push },
    },
  )
  return done.modifiedCount === 1
}

/** Approved organizations that owe a role, at most `limit`. */
export async function organizationsOwing(limit: number): Promise<Organization[]> {
  const rows = await Organizations.find({ owesRole: true }, readable)
    .limit(limit)
    .lean<Readable[]>()
  return rows.map(toOrganization)
}

/** Notes that an organization owes no role any more. */
export async function noteRoleGiven(id: string): Promise<void> {
  await Organizations.updateOne({ _id: id, owesRole: true }, { $unset: { owesRole: 1 } })
}

type Known = Pick<Organization, 'name'> & {
  readonly url?: string | undefined
  readonly city?: string | undefined
}

/**
 * Writes what is known of an organization, if that is still as it was `before`; an undefined fact is taken away. False
 * when somebody changed it meanwhile.
 */
export async function saveFacts(
  id: string,
  before: Known,
  { name, url, city }: Known,
  change: Change,
): Promise<boolean> {
  const gone = Object.entries({ url, city }).flatMap(([key, value]) =>
    value === undefined ? [key] : [],
  )
  const { set, push } = noting([change])
  const same = (value: string | undefined) => value ?? { $exists: false }
  const done = await Organizations.updateOne(
    { _id: id, name: before.name, url: same(before.url), city: same(before.city) },
    {
      $set: {
        name,
        sortName: sortName(name),
        ...(url !== undefined && { url }),
        ...(city !== undefined && { city }),
        ...set,
      },
      ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((key) => [key, 1])) }),
      $push: push,
    },
  )
  return done.matchedCount === 1
}
