import { only, recordsOf, type Holding, type Row, type Subject } from './holding.js'

/** A granted credit stays a fact of the college, without the person; any other claim goes. */
const grantedClaim = (row: Row): Row | undefined =>
  row['granted'] !== undefined
    ? only(
        'learnerId',
        'communityId',
        'collegeId',
        'collegeName',
        'agreement',
        'badges',
        'state',
        'revision',
        'granted',
        'holds',
        'filedAt',
        'changedAt',
        'demonstration',
        'events.at',
        'events.kind',
        'events.credits',
      )(row)
    : undefined

const referralStates = only(
  'learnerId',
  'communityId',
  'centerId',
  'state',
  'substate',
  'isOpen',
  'isSent',
  'cameWith',
  'changedAt',
  'since',
  'askedAt',
  'consentId',
  'packet',
  'cameFrom',
  'wentTo',
  'demonstration',
  'proof.ready',
  'proof.rulesVersion',
  'askedBy.byStaff',
  'timeline.id',
  'timeline.at',
  'timeline.side',
  'timeline.kind',
  'timeline.state',
  'timeline.substate',
)

const consentTerms = only(
  'learnerId',
  'communityId',
  'parties',
  'purpose',
  'records',
  'version',
  'language',
  'textHash',
  'authMethod',
  'signedAt',
  'expiresOn',
  'withdrawnAt',
  'toldAt',
  'history.kind',
  'history.at',
  'history.by',
  'history.expiresOn',
)

/** The meeting is the learner's to know of; a note the mentor kept for others is not. */
const withoutForeignNote = (row: Row): Row => {
  const { note, ...rest } = row
  const readers: unknown = row['readers']
  const isRead = Array.isArray(readers) && readers.includes('learner')
  return isRead && note !== undefined ? { ...rest, note } : rest
}

/** That staff noted something is the learner's to know of; what, where it was written for them to read. */
const writtenForLearner = (row: Row): Row => {
  const { text, ...rest } = row
  return row['readers'] === 'learner' ? { ...rest, text } : rest
}

/** A slot is many people's: each sees their own place in it. */
const ownBookings = (row: Row, subject: Subject): Row => {
  const own = recordsOf(subject)
  const bookings = row['bookings'] as readonly { readonly learnerId: string }[]
  return { ...row, bookings: bookings.filter(({ learnerId }) => own.includes(learnerId)) }
}

/** A join that was undone tells nothing of the other person: the two were taken for one by mistake. */
const ownMerge = (row: Row, subject: Subject): Row => {
  const { goneName, goneEmail, ...rest } = row
  return recordsOf(subject).includes(String(row['goneId']))
    ? { ...rest, goneName, ...(goneEmail !== undefined && { goneEmail }) }
    : rest
}

const of = (
  collection: string,
  rest: Omit<Holding, 'collection' | 'field' | 'names'>,
): Holding => ({
  collection,
  field: 'learnerId',
  names: 'learner',
  ...rest,
})

const outbox = ['outbox'] as const

/** Every collection with rows about a learner, in the order of a download. The learner comes last to go. */
export const holdings: readonly Holding[] = [
  {
    collection: 'accounts',
    field: '_id',
    names: 'account',
    hides: [
      'passwordHash',
      'confirmation',
      'reset',
      'outbox',
      'sortName',
      'fromSecond',
      'fromLast',
      'listedUnder',
    ],
    onLeaving: 'delete',
  },
  of('evidence', { onLeaving: 'delete' }),
  of('imports', { inCommunity: true, hides: ['work'], onLeaving: 'delete' }),
  of('brought-badges', { hides: ['outbox'], onLeaving: 'delete' }),
  of('awards', { hides: outbox, onLeaving: 'delete' }),
  of('credentials', { hides: ['outbox', 'due'], onLeaving: 'delete' }),
  of('resumes', { hides: ['bytes'], onLeaving: 'delete' }),
  of('shares', { stops: 'stoppedAt', onLeaving: 'delete' }),
  of('share-openings', { onLeaving: 'delete' }),
  of('claims', { hides: ['outbox', 'announcements'], onLeaving: grantedClaim, isLocked: true }),
  of('pathway-applications', {
    hides: outbox,
    nameField: 'learnerName',
    onLeaving: 'delete',
  }),
  of('readiness-marks', { onLeaving: 'delete' }),
  of('cases', {
    hides: ['looks', 'words', 'edition', 'behind'],
    onLeaving: 'delete',
    isLocked: true,
  }),
  of('case-notes', { cuts: writtenForLearner, onLeaving: 'delete' }),
  of('case-tasks', { onLeaving: 'delete' }),
  of('plans', { onLeaving: 'delete' }),
  of('skill-gains', { onLeaving: 'delete', isLocked: true }),
  of('referrals', {
    hides: ['outbox', 'announcements', 'isOpen', 'isSent', 'isGoing', 'cameWith', 'dueOn'],
    onLeaving: referralStates,
    isLocked: true,
  }),
  of('idempotency-keys', { hides: ['bodyHash', 'answer'], onLeaving: 'delete' }),
  of('co-enrollments', { onLeaving: 'delete', isLocked: true }),
  of('packet-links', { hides: ['tokenHash'], stops: 'stoppedAt', onLeaving: 'delete' }),
  {
    collection: 'slots',
    field: 'bookings.learnerId',
    names: 'learner',
    hides: ['outbox', 'held', 'hostHeld', 'reminders', 'newsBy'],
    cuts: ownBookings,
    within: 'bookings',
    onLeaving: 'delete',
  },
  of('consents', { hides: ['untold'], onLeaving: consentTerms, isLocked: true }),
  of('disclosures', { onLeaving: 'keep' }),
  {
    collection: 'disclosure-ends',
    field: '_id',
    names: 'learner',
    onLeaving: 'keep',
  },
  of('pairings', { onLeaving: 'delete' }),
  of('meetings', { cuts: withoutForeignNote, onLeaving: 'delete' }),
  of('nudges', { hides: outbox, onLeaving: 'delete' }),
  {
    collection: 'messages',
    field: 'to.email',
    names: 'email',
    hides: ['lastError', 'nextAt', 'tries', 'purgeAt'],
    onLeaving: 'delete',
  },
  {
    collection: 'invitations',
    field: 'email',
    names: 'email',
    hides: ['hash', 'outbox'],
    onLeaving: 'delete',
  },
  {
    collection: 'token-families',
    field: 'accountId',
    names: 'account',
    hides: ['hash'],
    onLeaving: 'delete',
  },
  {
    collection: 'match-keys',
    field: '_id',
    names: 'learner',
    hides: ['keys'],
    onLeaving: 'delete',
  },
  { collection: 'duplicates', field: 'learnerIds', names: 'learner', onLeaving: 'delete' },
  {
    collection: 'learner-merges',
    field: 'keptId',
    orField: 'goneId',
    names: 'learner',
    hides: ['goneRow', 'keptBefore', 'keptAfter', 'moved', 'outbox'],
    cuts: ownMerge,
    onLeaving: 'delete',
  },
  {
    collection: 'cards',
    field: '_id',
    names: 'learner',
    hides: ['codeHash'],
    stops: 'stoppedAt',
    onLeaving: 'delete',
  },
  { collection: 'legal-holds', field: '_id', names: 'learner', onLeaving: 'keep' },
  { collection: 'data-files', field: '_id', names: 'learner', hides: ['key'], onLeaving: 'delete' },
  {
    collection: 'learners',
    field: '_id',
    names: 'learner',
    hides: ['nameKey'],
    onLeaving: 'delete',
    isLocked: true,
  },
]
