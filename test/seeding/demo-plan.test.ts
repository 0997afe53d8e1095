import { expect } from 'chai'
import fc from 'fast-check'
import { seedId } from '../../src/ids.js'
import {
  codeOregon,
  demoLearner,
  holdersAmong,
  isHolder,
  type DemoSetting,
} from '../../src/seeding/demo-plan.js'
import { readPace, readReference } from '../../src/seeding/reference.js'
import { providerBadgesOf, tracksOf } from '../../src/seeding/reference-records.js'

const reference = readReference()
const setting: DemoSetting = {
  communityId: 'portland',
  today: '2015-03-09',
  tracks: tracksOf(reference).filter(({ status }) => status === 'published'),
  badges: new Map(providerBadgesOf(reference).map((badge) => [badge.id, badge])),
  gapDays: readPace().gapDays,
  idOf: seedId,
}

describe('the demonstration', () => {
  it('has 2,203 holders of an award among 5,256 learners', () => {
    const holders = Array.from({ length: codeOregon.learners }, (_, index) =>
      isHolder(index, codeOregon.learners),
    ).filter(Boolean)

    expect(holders).to.have.length(2203)
  })

  it('keeps that proportion at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (total) => {
        const holders = Array.from({ length: total }, (_, index) => isHolder(index, total))
        expect(holders.filter(Boolean)).to.have.length(holdersAmong(total))
      }),
    )
  })

  it('makes the same person from the same number', () => {
    expect(demoLearner(17, 5256, setting)).to.deep.equal(demoLearner(17, 5256, setting))
  })

  it('gives nobody evidence before they joined or after today, and says that all is invented', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5255 }), (index) => {
        const { learner, facts } = demoLearner(index, 5256, setting)
        const days = facts.map(({ earnedOn }) => earnedOn)
        expect(learner.demonstration).to.equal(true)
        expect(days.every((day) => day >= learner.joinedOn && day <= '2015-03-09')).to.equal(true)
        expect(new Set(facts.map(({ id }) => id)).size).to.equal(facts.length)
      }),
      { numRuns: 300 },
    )
  })

  it('gives a badge other than the sign-up badge to holders, and to nobody else', () => {
    for (let index = 0; index < 1500; index += 1) {
      const { facts } = demoLearner(index, 5256, setting)
      const earned = facts.filter(({ item }) => item !== '49')
      expect(earned.length > 0, `learner ${String(index)}`).to.equal(isHolder(index, 5256))
    }
  })

  it('names provider badges as the provider does', () => {
    const { facts } = demoLearner(3, 5256, setting, {
      reach: 'finished',
      confirmed: true,
      track: 'front-end-web-development',
    })
    const named = facts.filter(({ kind, item }) => kind === 'provider-badge' && item !== '49')
    const wrong = named.filter(({ item, title }) => setting.badges.get(item)?.name !== title)

    expect(named.length).to.be.greaterThan(20)
    expect(wrong).to.deep.equal([])
  })
})
