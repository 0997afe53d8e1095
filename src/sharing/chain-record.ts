import { readRecord } from '../learners/read-record.js'
import { cutTo } from '../learners/record.js'
import { recordKinds } from '../learners/consent.js'
import { recordJson } from '../learners/record-view.js'
import type { ChainSource } from './chain-source.js'

/** A record that leaves the house says nothing of how the learner is reached. */
const carried = new Set(recordKinds.filter((kind) => kind !== 'contact'))

/** The record as it stands: tracks, badges, credit, readiness. The program answers for it. */
export const recordLink: ChainSource = async ({ learner, words, now }) => {
  const { t } = words
  const record = cutTo(await readRecord(learner, now), { covers: carried })
  const { referrals: _later, ...data } = recordJson(record, words)
  const finished = (record.tracks ?? []).filter(({ progress }) => progress.finishedOn !== undefined)
  return [
    {
      kind: 'record',
      owner: { communityId: learner.communityId },
      title: t('sharing:chain.record.title', { name: learner.name }),
      lines: [
        [t('sharing:chain.record.name'), learner.name],
        [t('sharing:chain.record.asOf'), words.day(record.on)],
        [t('sharing:chain.record.since'), words.day(learner.joinedOn)],
        [t('sharing:chain.record.badges'), words.number(record.awards?.length ?? 0)],
        [
          t('sharing:chain.record.tracks'),
          finished.map(({ track }) => track.title).join(', ') || t('sharing:chain.record.none'),
        ],
        [
          t('sharing:chain.record.ready'),
          record.proof?.since === undefined
            ? t('common:status.not-ready.word')
            : t('readiness:statement.ready', { on: words.day(record.proof.since) }),
        ],
      ],
      data,
    },
  ]
}
