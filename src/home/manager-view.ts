import type { Counters } from '../communities/counter.js'
import type { Program } from '../communities/program.js'
import type { Words } from '../http/words.js'

const stages = ['learners', 'withAward', 'ready', 'referrals'] as const

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

/** The program at a glance: each stage with its count, its share of all, and what was lost since the stage before. */
export function funnelOf(counters: Counters, words: Words) {
  const percent = new Intl.NumberFormat(words.lang, { style: 'percent', maximumFractionDigits: 1 })
  return stages.map((stage, at) => {
    // Anyone may ask for a referral, ready or not: referrals are no part of those who are ready.
    const before = stage === 'referrals' ? undefined : stages[at - 1]
    const count = counters[stage]
    return {
      stage,
      label: words.t(`home:counter.${stage}`),
      count: words.number(count),
      ofAll: percent.format(share(count, counters.learners)),
      ofBefore: before
        ? percent.format(share(count, counters[before]))
        : words.t('manager:notApplicable'),
    }
  })
}

/** What the manager's start page shows; undefined counters before the first count. */
export const managerView = (program: Program, counters: Counters | undefined, words: Words) => ({
  name: program.name,
  goal: program.goal && {
    value: counters?.learners ?? 0,
    max: program.goal,
    text: words.t('manager:goal', {
      done: words.number(counters?.learners ?? 0),
      goal: words.number(program.goal),
    }),
  },
  asOf: counters && words.time(counters.asOf),
  funnel: counters ? funnelOf(counters, words) : [],
})
