import { expect } from 'chai'
import fc from 'fast-check'
import {
  insertAgreements,
  agreementsNaming,
  agreementsWithin,
} from '../../src/agreements/agreement-store.js'
import { creditsFor } from '../../src/credits/credit.js'
import { keysOfBadges, keysOfSet } from '../../src/agreements/match-keys.js'
import { community } from '../support/build-access.js'
import { anAward } from '../support/build-learning.js'
import { adaId, anAgreement } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const slugs = Array.from({ length: 20 }, (_, at) => `b${String(at)}`)

describe('what an agreement is found by', () => {
  for (const [of, atLeast, keys] of [
    [['html', 'css', 'js'], 2, ['css html', 'css js', 'html js']],
    [['html', 'css', 'js'], undefined, ['css html']],
    [['html', 'css'], 1, ['css', 'html']],
    [['html'], undefined, ['html']],
  ] as const)
    it(`${String(atLeast ?? 'all')} of ${of.join(', ')}: ${keys.join('; ')}`, () => {
      expect(keysOfSet({ of, ...(atLeast !== undefined && { atLeast }) })).to.deep.equal(keys)
    })

  it('is in the hands of everybody who meets it', () => {
    fc.assert(
      fc.property(
        fc.subarray(slugs, { minLength: 1 }),
        fc.nat(),
        fc.subarray(slugs),
        (of, count, others) => {
          const set = { of, atLeast: (count % of.length) + 1 }
          const met = [...of.slice(-set.atLeast), ...others]
          const held = new Set(keysOfBadges(met))

          expect(keysOfSet(set).some((key) => held.has(key))).to.equal(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives a learner the same credit as all agreements that name a badge, versions and all', async () => {
    await emptyDatabase()
    const agreements = Array.from({ length: 60 }, (_, at) => {
      const of = [at, at * 3 + 1, at * 7 + 2].map((one) => slugs[one % 20] ?? '')
      const version = (at % 3) + 1
      return anAgreement({
        series: `s${String(Math.floor(at / 3))}`,
        version,
        course: `CIS ${String(Math.floor(at / 3))}`,
        badges: { of: [...new Set(of)], atLeast: Math.min((at % 3) + 1, new Set(of).size) },
        credits: (at % 4) + 1,
        from: `2014-0${String(version)}-01`,
        ...(at % 11 === 0 && { retired: true }),
      })
    })
    await insertAgreements(agreements)
    let matches = 0
    for (const step of [1, 2, 3, 5]) {
      const awards = slugs
        .filter((_, at) => at % step === 0)
        .map((slug, at) =>
          anAward(slug, {
            learnerId: adaId,
            evidenceLevel: 'provider-confirmed',
            awardedOn: `2014-0${String((at % 5) + 1)}-15`,
          }),
        )
      const held = awards.map(({ badge }) => badge)
      const [within, naming] = await Promise.all([
        agreementsWithin(community, held),
        agreementsNaming(community, held),
      ])
      const found = creditsFor(awards, within, '2015-03-09')

      expect(found).to.deep.equal(creditsFor(awards, naming, '2015-03-09'))
      matches += found.length
    }
    expect(matches).to.be.greaterThan(10)
  })

  it('is not asked for by a learner with more badges than pairs can be made of', async () => {
    await emptyDatabase()
    await insertAgreements([anAgreement()])
    const many = Array.from({ length: 200 }, (_, at) => `x${String(at)}`)

    expect(await agreementsWithin(community, [...many, 'html', 'css'])).to.have.length(1)
    expect(await agreementsWithin(community, ['html'])).to.have.length(0)
  })
})
