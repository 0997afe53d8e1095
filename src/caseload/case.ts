/**
 * A case is one learner at one center: who of its staff looks after them, where the hand-off stands, what is to be done. It
 * opens with a referral, or when staff take on a job-ready learner. Notes, tasks and the plan are the center's own writing;
 * they open nothing of the learner's record, which needs consent as everywhere.
 */
import { searchWords } from '../centers/center.js'
import type { Learner } from '../learners/learner.js'
import { referralStates, type ReferralState } from '../referrals/referral.js'

/** 'none': no open referral, somebody took the learner on; 'closed': until staff closed that again. */
export const caseStates = ['none', 'closed', ...referralStates] as const
export type CaseState = 'none' | 'closed' | ReferralState

/** What somebody did to a case that others may want to know of. */
export const caseNewsKinds = [
  'assigned',
  'closed',
  'reopened',
  'note',
  'task',
  'taskDone',
  'plan',
  'agreed',
  'step',
] as const
export type CaseNewsKind = (typeof caseNewsKinds)[number]

export interface CaseNews {
  readonly kind: CaseNewsKind
  readonly at: Date
  /** The account of who did it. */
  readonly by: string
  readonly byName: string
}

/** Why staff closed a case, who did and when. */
export interface Closing {
  readonly reason: string
  readonly at: Date
  readonly byAccountId: string
  readonly byName: string
}

export interface Case {
  readonly id: string
  readonly communityId: string
  readonly centerId: string
  readonly learnerId: string
  readonly state: CaseState
  readonly isOpen: boolean
  /** Since when it stands in its state. */
  readonly since: Date
  readonly assignedTo?: string
  readonly assignedName?: string
  /** When somebody of the center last wrote or changed something. */
  readonly touchedAt?: Date
  /** The last thing that happened besides the states of its referral. */
  readonly news?: CaseNews
  /** The last thing before it that was done by somebody else than who did that. */
  readonly newsBefore?: CaseNews
  /** While it is closed, where staff closed it; a case with a referral ends with that. */
  readonly closing?: Closing
}

/** Why a case cannot be closed by hand now; undefined when it can. With an open referral it ends with that. */
export const closeRefusal = ({
  state,
  isOpen,
}: Pick<Case, 'state' | 'isOpen'>): 'closedAlready' | 'openReferral' | undefined =>
  !isOpen ? 'closedAlready' : state === 'none' ? undefined : 'openReferral'

/** True where a center may see that somebody is job-ready: of its own program, with the agreement that says so. */
export const showsReady = (
  { communityId }: Pick<Case, 'communityId'>,
  learner: Pick<Learner, 'communityId' | 'programAgreement'>,
): boolean => learner.communityId === communityId && learner.programAgreement !== undefined

/** What a name is found by, and what is asked for: each word once, lower case, without accents. */
export const nameWords = (text: string): string[] => [...new Set(searchWords(text))]

/** True when each of the asked words begins a word of the name. */
export const isNamed = (name: string, asked: readonly string[]): boolean => {
  const words = nameWords(name)
  return asked.every((one) => words.some((word) => word.startsWith(one)))
}

/** The last thing that somebody else than this account did: what one does oneself hides nothing. */
export const newsByOthers = (
  { news, newsBefore }: Pick<Case, 'news' | 'newsBefore'>,
  accountId: string,
): CaseNews | undefined => (news?.by === accountId ? newsBefore : news)

export const noteKinds = ['contact', 'meeting', 'service', 'follow-up', 'other'] as const
export type NoteKind = (typeof noteKinds)[number]

/** Who may read a note: only who wrote it, everybody of the center's staff, or the learner too. */
export const noteReaders = ['author', 'center', 'learner'] as const
export type NoteReader = (typeof noteReaders)[number]

export interface Note {
  readonly id: string
  readonly communityId: string
  readonly centerId: string
  readonly learnerId: string
  readonly kind: NoteKind
  readonly text: string
  readonly readers: NoteReader
  readonly byAccountId: string
  readonly byName: string
  readonly at: Date
}

/** The notes that a member of the center's staff may read. */
export const notesForStaff = (notes: readonly Note[], accountId: string): Note[] =>
  notes.filter(({ readers, byAccountId }) => readers !== 'author' || byAccountId === accountId)

/** The notes that the learner may read. */
export const notesForLearner = (notes: readonly Note[]): Note[] =>
  notes.filter(({ readers }) => readers === 'learner')

/** The columns of the caseload table besides the name, in the order they stand in. */
export const caseColumns = ['state', 'age', 'assigned', 'touched', 'place', 'ready'] as const
export type CaseColumn = (typeof caseColumns)[number]
export const usualColumns: readonly CaseColumn[] = ['state', 'age', 'assigned', 'touched']
