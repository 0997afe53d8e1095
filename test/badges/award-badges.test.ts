import { expect } from 'chai'
import { awardBadges } from '../../src/badges/award-badges.js'
import { awardsOf, everyAwardOfMany, holdersCount } from '../../src/badges/award-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { withdrawAward } from '../../src/badges/withdraw-award.js'
import { findLearner } from '../../src/learners/learner-store.js'
import type { NewLearner } from '../../src/learners/learner.js'
import { addLearners } from '../../src/learners/add-learners.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { saveTrackVersion } from '../../src/tracks/track-store.js'
import type { Actor } from '../../src/access/actor.js'
import { aBadge, anEvidence, aStep, aTrack } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'

const ports = { now: () => new Date('2015-03-09T19:00:00Z') }
const provider = 'treehouse'

const learner = (id: string, change: Partial<NewLearner> = {}): NewLearner => ({
  id,
  communityId: 'portland',
  name: `Learner ${id}`,
  place: { city: 'Portland' },
  language: 'en',
  enrollments: [],
  profiles: [],
  joinedOn: '2015-01-01',
  demonstration: false,
  ...change,
})

const manager: Actor = {
  accountId: 'manager',
  name: 'Maria',
  email: 'maria@example.org',
  language: 'en',
  roles: [{ role: 'manager', organizationId: 'board', communityId: 'portland' }],
}

const slugsOf = async (id: string) => (await awardsOf(id)).map(({ badge }) => badge).sort()

describe('awarding badges', () => {
  beforeEach(async () => {
    await emptyDatabase()
    await saveTrackVersion(aTrack([aStep('html', { providerBadges: ['1', '2'] })]))
    const badges = [
      aBadge('first', { kind: 'any-provider-badge', provider, except: ['49'] }),
      aBadge('html', { kind: 'provider-badges', provider, badges: ['1', '2'] }),
      aBadge('web-finished', { kind: 'steps', track: 'web', steps: 'all' }),
      aBadge('old', { kind: 'provider-badges', provider, badges: ['1'] }, { status: 'retired' }),
    ]
    for (const badge of badges) await saveBadgeVersion(badge)
    await addLearners([learner('ada'), learner('bo')], ports.now())
  })

  it('gives each learner what their evidence shows, and says what is new', async () => {
    await recordFacts([anEvidence('ada', '1'), anEvidence('ada', '2'), anEvidence('bo', '1')])

    const awarded = await awardBadges(['ada', 'bo'], ports)

    expect(awarded.get('ada')).to.have.members(['first', 'html', 'web-finished'])
    expect(awarded.get('bo')).to.deep.equal(['first'])
    expect(await slugsOf('ada')).to.deep.equal(['first', 'html', 'web-finished'])
    expect((await findLearner('ada'))?.summary.awards).to.equal(3)
  })

  it('gives nothing twice, in turn or at once', async () => {
    await recordFacts([anEvidence('ada', '1'), anEvidence('ada', '2')])

    const answers = await Promise.all([1, 2, 3, 4].map(() => awardBadges(['ada'], ports)))
    const again = await awardBadges(['ada'], ports)

    expect(again.get('ada')).to.deep.equal([])
    expect(answers.flatMap((answer) => answer.get('ada') ?? [])).to.have.members([
      'first',
      'html',
      'web-finished',
    ])
    expect(await awardsOf('ada')).to.have.length(3)
  })

  it('does not count the sign-up badge, nor evidence that is held', async () => {
    await recordFacts([
      anEvidence('ada', '49'),
      anEvidence('ada', '1', { heldFor: 'treehouse:somebody-else' }),
    ])

    expect((await awardBadges(['ada'], ports)).get('ada')).to.deep.equal([])
  })

  it('raises an award when the provider confirms, and keeps its day', async () => {
    await recordFacts([anEvidence('ada', '1', { earnedOn: '2015-01-10' })])
    await awardBadges(['ada'], ports)
    const confirmed = anEvidence('ada', '1', {
      source: 'roster',
      origin: 'treehouse',
      level: 'provider-confirmed',
      earnedOn: '2015-02-20',
    })
    await recordFacts([confirmed])

    const awarded = await awardBadges(['ada'], ports)

    expect(awarded.get('ada')).to.deep.equal([])
    const [first] = await awardsOf('ada')
    expect(first).to.deep.include({
      badge: 'first',
      evidenceLevel: 'provider-confirmed',
      awardedOn: '2015-01-10',
      facts: [confirmed.id],
    })
  })

  it('never brings back what was withdrawn, and the learner can read the reason', async () => {
    await recordFacts([anEvidence('ada', '1')])
    await awardBadges(['ada'], ports)
    const [award] = await awardsOf('ada')

    await withdrawAward(manager, award!.id, 'Entered for the wrong person.', ports)
    await recordFacts([anEvidence('ada', '3')])
    await awardBadges(['ada'], ports)

    expect(await awardsOf('ada')).to.deep.equal([])
    expect((await findLearner('ada'))?.summary.awards).to.equal(0)
    const [kept] = (await everyAwardOfMany(['ada'])).get('ada') ?? []
    expect(kept?.withdrawn).to.deep.equal({
      on: '2015-03-09',
      by: 'manager',
      reason: 'Entered for the wrong person.',
    })
  })

  it('lets only a manager of that community withdraw, and only once', async () => {
    await recordFacts([anEvidence('ada', '1')])
    await awardBadges(['ada'], ports)
    const [award] = await awardsOf('ada')
    const elsewhere: Actor = {
      ...manager,
      roles: [{ role: 'manager', organizationId: 'other', communityId: 'st-louis' }],
    }

    const kinds = []
    for (const actor of [elsewhere, manager, manager])
      kinds.push(
        await withdrawAward(actor, award!.id, 'Wrong.', ports).then(
          () => 'done',
          (problem: unknown) => (problem as { kind: string }).kind,
        ),
      )

    expect(kinds).to.deep.equal(['not-found', 'done', 'refused'])
  })

  it('judges a track by the version the learner started', async () => {
    await addLearners(
      [learner('cy', { enrollments: [{ track: 'web', version: 'v1', startedOn: '2015-01-02' }] })],
      ports.now(),
    )
    await saveTrackVersion(
      aTrack([aStep('html', { providerBadges: ['1', '2'] }), aStep('css')], {
        version: 'v2',
        order: 2,
      }),
    )
    await recordFacts(['ada', 'cy'].flatMap((id) => [anEvidence(id, '1'), anEvidence(id, '2')]))

    const awarded = await awardBadges(['ada', 'cy'], ports)

    expect(awarded.get('ada')).to.not.include('web-finished')
    expect(awarded.get('cy')).to.include('web-finished')
  })

  it('uses the newest criteria, and leaves awards of older ones alone', async () => {
    await recordFacts([anEvidence('ada', '1'), anEvidence('ada', '2')])
    await awardBadges(['ada'], ports)
    await saveBadgeVersion(
      aBadge(
        'html',
        { kind: 'provider-badges', provider, badges: ['1', '2', '3'] },
        { version: 2 },
      ),
    )
    await recordFacts([anEvidence('bo', '1'), anEvidence('bo', '2')])

    await awardBadges(['ada', 'bo'], ports)

    expect(await slugsOf('ada')).to.include('html')
    expect(await slugsOf('bo')).to.not.include('html')
  })

  it('takes 500 learners in one go', async () => {
    const ids = Array.from({ length: 500 }, (_, at) => `many-${at}`)
    await addLearners(
      ids.map((id) => learner(id)),
      ports.now(),
    )
    await recordFacts(ids.flatMap((id) => [anEvidence(id, '1'), anEvidence(id, '2')]))

    const awarded = await awardBadges(ids, ports)

    expect([...awarded.values()].every((slugs) => slugs.length === 3)).to.equal(true)
    expect(await holdersCount('html')).to.equal(500)
    expect(await holdersCount('html', 100)).to.equal(100)
  })
})
