import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import { mayUndo, type Duplicate, type Merge } from './duplicate.js'

const reasonWords = ({ reasons }: Duplicate, { t }: Words) =>
  reasons.map((reason) => t(`duplicates:reason.${reason}`)).join(', ')

interface Pair {
  readonly duplicate: Duplicate
  readonly learners: readonly Learner[]
}

/** A row of the list: both names, what they share, how likely. */
export const pairRow = ({ duplicate, learners }: Pair, words: Words) => ({
  cells: [
    {
      text: learners.map(({ name }) => name).join(' · '),
      href: words.href(to(paths.duplicate, { id: duplicate.id })),
    },
    reasonWords(duplicate, words),
    words.t('duplicates:score', { score: duplicate.score }),
    words.dayOfInstant(duplicate.foundAt),
  ],
})

interface Done {
  readonly merge: Merge
  readonly later: Merge | undefined
}

/** A merge that was done, and whether it can still be undone, or after which other one. */
export const mergeRow = ({ merge, later }: Done, words: Words, now: Date) => ({
  id: merge.id,
  name: merge.goneName,
  text: words.t('duplicates:merge.row', {
    name: merge.goneName,
    by: merge.by,
    on: words.time(merge.at),
  }),
  state: words.t(`duplicates:merge.state.${merge.state}`),
  until: words.dayOfInstant(merge.undoUntil),
  undo: mayUndo(merge, now, later) ? words.href(to(paths.undoMerge, { id: merge.id })) : null,
  first:
    later && mayUndo(merge, now)
      ? words.t('duplicates:merge.first', { name: later.goneName, on: words.time(later.at) })
      : null,
})

const hide = (text: string) => `${text.slice(0, 1)}•••`

/** Contact is covered up: sharing a mark is told, the mark itself needs the person's consent. */
const coveredMail = (email: string) => {
  const [local = '', domain = ''] = email.split('@')
  return `${hide(local)}@${hide(domain)}`
}

/** The two records side by side, field by field. */
export function comparePage({ duplicate, learners }: Pair, words: Words) {
  const { t } = words
  const line = (key: string, of: (learner: Learner) => string | undefined) => ({
    cells: [t(`duplicates:field.${key}`), ...learners.map((one) => of(one) ?? null)],
  })
  return {
    id: duplicate.id,
    isOpen: duplicate.state === 'open',
    state: t(`duplicates:state.${duplicate.state}`),
    shared: reasonWords(duplicate, words),
    score: t('duplicates:score', { score: duplicate.score }),
    names: learners.map(({ name }) => name),
    rows: [
      line('name', ({ name }) => name),
      line(
        'place',
        ({ place }) => [place.city, place.postalCode].filter(Boolean).join(' ') || undefined,
      ),
      line('email', ({ email }) => email && coveredMail(email)),
      line('phone', ({ phone }) => phone && `••• ${phone.slice(-2)}`),
      line('joined', ({ joinedOn }) => words.day(joinedOn)),
      line('account', ({ accountId }) => t(`duplicates:account.${accountId ? 'yes' : 'no'}`)),
      line('profiles', ({ profiles }) => profiles.map(({ name }) => name).join(', ') || undefined),
      line(
        'tracks',
        ({ summary }) => summary.tracks.map(({ title }) => title).join(', ') || undefined,
      ),
      line('badges', ({ summary }) => words.number(summary.awards)),
      line('number', ({ id }) => id),
    ],
    keep: learners.map((learner) => ({
      value: learner.id,
      label: t('duplicates:compare.keepOne', {
        name: learner.name,
        on: words.day(learner.joinedOn),
      }),
      hint: learner.id,
    })),
    /** The one with an account, else the one with more badges, is the one people usually keep. */
    usual:
      [...learners].sort(
        (a, b) =>
          Number(b.accountId !== undefined) - Number(a.accountId !== undefined) ||
          b.summary.awards - a.summary.awards ||
          a.joinedOn.localeCompare(b.joinedOn),
      )[0]?.id ?? '',
  }
}
