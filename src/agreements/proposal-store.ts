import mongoose, { type QueryFilter } from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { proposalStates, type Proposal, type ProposalState, type TrailEntry } from './proposal.js'

type Row = Omit<Proposal, 'id'> & { readonly _id: string; readonly outbox: readonly OutboxEntry[] }
type Shown = Omit<Row, 'outbox'>

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const mixed = { type: mongoose.Schema.Types.Mixed, required: true } as const
const part = { _id: false, strict: 'throw' } as const
const person = { accountId: text, name: text }

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    collegeId: text,
    collegeName: text,
    series: text,
    version: number,
    terms: mixed,
    revision: number,
    steps: number,
    state: { ...text, enum: proposalStates },
    publishingAt: Date,
    proposedBy: new mongoose.Schema({ ...person, organizationId: text }, part),
    reviewers: [new mongoose.Schema(person, part)],
    approvals: [String],
    why: String,
    trail: [
      new mongoose.Schema<TrailEntry>(
        {
          at: { type: Date, required: true },
          by: text,
          byName: text,
          byOrganization: text,
          kind: text,
          revision: number,
          reason: String,
          reviewers: { type: [String], default: undefined },
          terms: mongoose.Schema.Types.Mixed,
        },
        part,
      ),
    ],
    changedAt: { type: Date, required: true },
    demonstration: { type: Boolean, required: true },
    outbox: [outboxEntrySchema],
  },
  { collection: 'agreement-drafts', strict: 'throw', versionKey: false, minimize: false },
)
schema.index({ collegeId: 1, state: 1, changedAt: -1, _id: -1 })
schema.index({ collegeId: 1, changedAt: -1, _id: -1 })
schema.index({ 'proposedBy.organizationId': 1, changedAt: -1, _id: -1 })
schema.index(...outboxIndex)

const Proposals = mongoose.model('AgreementDraft', schema)

export const proposalOutbox = outboxIn('AgreementDraft')

const hidden = { outbox: 0 } as const
const toProposal = ({ _id, ...rest }: Shown): Proposal => ({ id: _id, ...rest })

/** Keeps a new proposal with the mails that tell of it. */
export async function insertProposal(
  { id, ...rest }: Proposal,
  outbox: readonly OutboxEntry[],
): Promise<void> {
  await Proposals.insertMany([{ _id: id, ...rest, outbox: [...outbox] }], { lean: true })
}

/** One proposal. */
export async function findProposal(id: string): Promise<Proposal | undefined> {
  const row = await Proposals.findById(id, hidden).lean<Shown>()
  return row ? toProposal(row) : undefined
}

/** Those at some colleges, or those that some organizations proposed. */
export interface ProposalFilter {
  readonly collegeIds?: readonly string[]
  readonly proposers?: readonly string[]
  readonly state?: ProposalState | undefined
}

/** A page of proposals, last changed first; `after` is the place of the last row before. */
export async function proposalPage(
  { collegeIds, proposers, state }: ProposalFilter,
  limit: number,
  after?: { readonly changedAt: Date; readonly id: string },
): Promise<Proposal[]> {
  const where: QueryFilter<Row> = {
    ...(collegeIds && { collegeId: { $in: [...collegeIds] } }),
    ...(proposers && { 'proposedBy.organizationId': { $in: [...proposers] } }),
    ...(state && { state }),
    ...(after && {
      changedAt: { $lte: after.changedAt },
      $or: [{ changedAt: { $lt: after.changedAt } }, { _id: { $lt: after.id } }],
    }),
  }
  const rows = await Proposals.find(where, hidden)
    .sort({ changedAt: -1, _id: -1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(toProposal)
}

/** Changes a proposal if nobody else did since it was read; undefined when somebody did. */
export async function moveProposal(
  { id, steps }: Proposal,
  change: Partial<
    Pick<Proposal, 'state' | 'reviewers' | 'approvals' | 'terms' | 'revision' | 'version'>
  >,
  entry: TrailEntry,
  outbox: readonly OutboxEntry[] = [],
): Promise<Proposal | undefined> {
  const row = await Proposals.findOneAndUpdate(
    { _id: id, steps },
    {
      $set: { ...change, changedAt: entry.at },
      $inc: { steps: 1 },
      $push: { trail: entry, outbox: { $each: [...outbox] } },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? toProposal(row) : undefined
}

/** Holds an approved proposal for publishing, from the state it was read in; undefined when somebody was quicker. */
export async function holdProposal(
  { id, steps, publishingAt }: Proposal,
  now: Date,
): Promise<Proposal | undefined> {
  const row = await Proposals.findOneAndUpdate(
    { _id: id, steps, state: 'approved' },
    { $set: { publishingAt: publishingAt ?? now }, $inc: { steps: 1 } },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? toProposal(row) : undefined
}

/** Lets go of a proposal whose version can never be added. */
export async function releaseProposal({ id, steps }: Proposal): Promise<void> {
  await Proposals.updateOne({ _id: id, steps }, { $unset: { publishingAt: 1 }, $inc: { steps: 1 } })
}
