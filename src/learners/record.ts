/**
 * The whole record of one learner, and the rule that cuts it to what a reader may see. A part that is not covered is left
 * out, not emptied: "not for you" must never read as "has none".
 */
import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import type { RecordCredit } from '../credits/record-credit.js'
import type { Fact } from '../providers/evidence.js'
import type { Mark } from '../readiness/mark.js'
import { withoutEvidence, type Proof } from '../readiness/proof.js'
import type { Referral } from '../referrals/referral.js'
import type { ResumeFile } from '../resumes/resume.js'
import { recordKinds, type RecordKind } from './consent.js'
import type { Learner } from './learner.js'
import type { OwnTrack } from './own-tracks.js'
import type { ScopedProof } from './summary.js'

export interface NamedAward extends Award {
  readonly name: string
  readonly kind: 'first' | 'course' | 'milestone' | 'other'
}

export interface NamedReferral {
  readonly referral: Referral
  readonly centerName: string
}

/** `covers` says which kinds the reader may see; every other part depends on it. */
export interface LearnerRecord {
  readonly learner: Pick<Learner, 'id' | 'communityId' | 'name' | 'joinedOn' | 'demonstration'>
  readonly covers: readonly RecordKind[]
  readonly on: Day
  readonly tracks?: readonly OwnTrack[]
  readonly proof?: Proof
  /** Under the rules of the learner's tracks, and of the centers and employers that concern the reader. */
  readonly scoped?: readonly ScopedProof[]
  readonly awards?: readonly NamedAward[]
  readonly credits?: readonly RecordCredit[]
  readonly facts?: readonly Fact[]
  readonly contact?: Pick<Learner, 'email' | 'phone' | 'place' | 'language'>
  readonly portfolioUrl?: string
  readonly resumeUrl?: string
  readonly resumeFile?: ResumeFile
  readonly marks?: readonly Mark[]
  readonly referrals?: readonly NamedReferral[]
}

type LeftOut = 'portfolioUrl' | 'resumeUrl' | 'resumeFile'

/** A record before it is cut. */
export type WholeRecord = Required<Omit<LearnerRecord, LeftOut>> &
  Pick<LearnerRecord, LeftOut> & {
    /** The center the learner turned to last; whose rules they are told. */
    readonly centerId: string | undefined
  }

/** Who reads: the learner, a mentor, or an organization (a college sees its own credit lines only, a center its referrals). */
export interface RecordReader {
  readonly covers: ReadonlySet<RecordKind>
  readonly organizationId?: string
  readonly isCollege?: boolean
  /** For the learner: the organizations that may read the record too, whose rules the learner is told as they are. */
  readonly shownTo?: readonly string[]
}

/** Evidence lines of a proof belong to `credential`; without it the reader learns which rules are met, not on what. */
const proofFor = (proof: Proof, mayCredential: boolean): Proof =>
  mayCredential ? proof : withoutEvidence(proof)

/** The record cut to what the reader may see. */
export function cutTo(whole: WholeRecord, reader: RecordReader): LearnerRecord {
  const may = (kind: RecordKind) => reader.covers.has(kind)
  const isOwn = ({ collegeId }: RecordCredit) => collegeId === reader.organizationId
  const { organizationId, shownTo = [] } = reader
  const scopedTo = new Set([organizationId ?? whole.centerId, ...shownTo])
  const isParty = ({ referral }: NamedReferral) => referral.centerId === reader.organizationId
  return {
    learner: whole.learner,
    covers: recordKinds.filter(may),
    on: whole.on,
    ...(may('progress') && {
      tracks: whole.tracks,
      proof: proofFor(whole.proof, may('credential')),
      scoped: whole.scoped
        .filter(({ scope }) => scope.kind === 'track' || scopedTo.has(scope.id))
        .map(({ scope, proof }) => ({ scope, proof: proofFor(proof, may('credential')) })),
      ...(may('credential') && { marks: whole.marks }),
    }),
    ...(may('badges') && {
      awards: whole.awards,
      credits: reader.isCollege ? whole.credits.filter(isOwn) : whole.credits,
    }),
    ...(may('credential') && { facts: whole.facts }),
    ...(may('contact') && { contact: whole.contact }),
    ...(may('resume') && whole.portfolioUrl !== undefined && { portfolioUrl: whole.portfolioUrl }),
    ...(may('resume') && whole.resumeUrl !== undefined && { resumeUrl: whole.resumeUrl }),
    ...(may('resume') && whole.resumeFile && { resumeFile: whole.resumeFile }),
    referrals: may('outcome') ? whole.referrals : whole.referrals.filter(isParty),
  }
}

/** The learner's own view: everything. */
export const ownReader: RecordReader = { covers: new Set(recordKinds) }
