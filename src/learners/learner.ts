import type { Day } from '../calendar.js'
import type { ResumeFile } from '../resumes/resume.js'
import type { Enrollment } from '../tracks/track.js'
import { foldName } from '../fold.js'

/** A name at a provider that the learner says is theirs; evidence from an unconfirmed one is held. */
export interface LinkedProfile {
  readonly provider: string
  readonly name: string
  readonly linkedAt: Date
  readonly confirmed: boolean
}

/** Progress on one track as lists show it. A version of a track never changes, so its title may be kept. */
export interface TrackSummary {
  readonly slug: string
  readonly version: string
  readonly title: string
  readonly done: number
  readonly total: number
  readonly finishedOn?: Day
}

/** Where a learner stands: the next step of the first unfinished track, and the day they got there. */
export interface StuckOn {
  readonly track: string
  readonly step: string
  readonly stepTitle: string
  readonly courseUrl?: string
  readonly since: Day
}

/**
 * What lists show about a learner. A projection: refresh-summaries.ts rebuilds it from facts, awards and rules, so
 * nothing may be decided on it alone.
 */
export interface LearnerSummary {
  readonly facts: number
  readonly lastActivityOn?: Day
  readonly awards: number
  readonly tracks: readonly TrackSummary[]
  readonly stuckOn?: StuckOn
  readonly ready: boolean
  readonly readySince?: Day
  readonly rulesMet: readonly string[]
  /** The edition of the rules it was made with (readiness/rules.ts); a job rebuilds those behind the one in force. */
  readonly rulesVersion: number
  /** The scopes with rules of their own for which the learner is job-ready too: `center:ID`. */
  readonly readyFor?: readonly string[]
  /** The day on which something a rule rests on is too old; a job rebuilds the summary then. */
  readonly recheckOn?: Day
}

/** The program agreement accepted at sign-up; it lets the program's own centers see who is job-ready. */
export interface AcceptedAgreement {
  readonly version: string
  readonly acceptedOn: Day
}

export interface Learner {
  readonly id: string
  readonly communityId: string
  readonly accountId?: string
  readonly name: string
  readonly email?: string
  readonly phone?: string
  readonly place: { readonly city: string; readonly postalCode?: string }
  readonly language: 'en' | 'es'
  readonly enrollments: readonly Enrollment[]
  readonly profiles: readonly LinkedProfile[]
  readonly portfolioUrl?: string
  readonly resumeUrl?: string
  readonly resumeFile?: ResumeFile
  readonly joinedOn: Day
  readonly centerId?: string
  readonly programAgreement?: AcceptedAgreement
  readonly demonstration: boolean
  /** When they were first seen to be job-ready; `summary.readySince` is the day they were by their evidence, often earlier. */
  readonly readyAt?: Date
  readonly summary: LearnerSummary
  /** How often the summary was written; none before the first time. A summary made from an older one is not kept. */
  readonly summaryRevision?: number
}

/** A learner as they join; the summary is made by refreshSummaries. */
export type NewLearner = Omit<Learner, 'summary' | 'summaryRevision' | 'readyAt'>

/** The summary of a learner about whom nothing is known yet. */
export const emptySummary: LearnerSummary = {
  facts: 0,
  awards: 0,
  tracks: [],
  ready: false,
  rulesMet: [],
  rulesVersion: 0,
}

/** How an e-mail address is kept and looked up. */
export const emailKey = (email: string): string => email.trim().toLowerCase()

/** How names are sorted and searched by their beginning. */
export const nameKey = foldName

/** "Ada": what we call a person on their own pages. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name

/** True when a center could reach the person: an address or number, and the place to choose a center by. */
export const isReachable = (learner: Pick<Learner, 'email' | 'phone' | 'place'>): boolean =>
  Boolean(learner.email ?? learner.phone) && learner.place.city.trim() !== ''
