import { expect } from 'chai'
import { addDays } from '../../src/calendar.js'
import { insertLearners } from '../../src/learners/learner-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { measurePaces } from '../../src/readiness/measure-paces.js'
import { insertRuleSet } from '../../src/readiness/rule-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { anEvidence } from '../support/build-learning.js'
import { adaFinished, courses, keepWorld, now, people } from '../support/build-record.js'
import { countAll, emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

/** People who took a course a fortnight from the start of 2014 on, the later ones a little slower. */
async function whoFinished(from: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, at) => `gone-${String(from + at)}`)
  const start = '2014-01-06'
  await insertLearners(
    ids.map((id) => ({
      id,
      communityId: community,
      name: id,
      place: { city: 'Portland' },
      language: 'en' as const,
      enrollments: [{ track: 'web', version: 'v1', startedOn: start }],
      profiles: [],
      joinedOn: start,
      demonstration: false,
    })),
  )
  await recordFacts(
    ids.flatMap((id, at) =>
      courses.map((course, step) =>
        anEvidence(id, course, {
          communityId: community,
          kind: 'completion',
          level: 'provider-confirmed',
          source: 'roster',
          earnedOn: addDays(start, step < 2 ? 13 * (step + 1) : 40 + (step + 1) * (7 + at)),
        }),
      ),
    ),
  )
  await refreshSummaries(ids, now)
}

describe('when a learner might be ready', () => {
  let world: TestApp
  const text = async () => {
    const ada = await signIn(world.app, credentials(people.ada))
    return (await ada.read('/readiness'))('#forecast').parent().text().replace(/\s+/g, ' ')
  }
  const measure = (signal = new AbortController().signal) =>
    measurePaces({ signal, touch: async () => undefined })

  before(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await insertRuleSet({
      id: 'rules-2',
      communityId: community,
      version: 2,
      from: '2015-01-01',
      rules: [{ id: 'finished-track', kind: 'track-finished' }],
      publishedBy: 'max.manager',
      publishedAt: now,
    })
    await adaFinished(['html', 'css'])
  })

  it('is not said on the word of nineteen, and is from twenty on, with what it rests on', async () => {
    await whoFinished(0, 19)
    await measure()
    expect(await text()).to.contain('Not enough people have gone this way at your pace yet')

    await whoFinished(19, 1)
    await measure()

    expect(await text())
      .to.match(/Likely between .* 2015 and .* 2015\./)
      .and.contain('This rests on 20 people who became job-ready on Web, after 2 steps')
  })

  it('stays as it was when a run is stopped', async () => {
    const cells = await countAll('readiness-paces')
    const stopper = new AbortController()
    stopper.abort()

    await measure(stopper.signal)

    expect(await countAll('readiness-paces')).to.equal(cells)
  })
})
