import { expect } from 'chai'
import { claimStates, decisions, faultsOf, isEnded, isOpen, moves } from '../../src/claims/claim.js'

describe('the states of a claim', () => {
  it('leave a settled claim nothing to decide', () => {
    expect(claimStates.filter((state) => isOpen(state))).to.deep.equal(['claimed', 'more'])
  })

  it('free the badges of those that ended without credit', () => {
    expect(claimStates.filter(isEnded)).to.deep.equal(['refused', 'withdrawn', 'revoked'])
  })

  it('let the college ask for more once, until the learner answered', () => {
    expect(Object.keys(moves.claimed)).to.have.members([...decisions])
    expect(Object.keys(moves.more)).to.have.members(['grant', 'part', 'refuse'])
  })
})

describe('the wording of a decision on 4 credits', () => {
  const table: [string, Parameters<typeof faultsOf>[1], string[]][] = [
    ['grant', { decision: 'grant' }, []],
    ['grant with the full amount', { decision: 'grant', credits: 4 }, []],
    ['grant with another amount', { decision: 'grant', credits: 3 }, ['credits']],
    ['part with a smaller amount and a reason', { decision: 'part', credits: 2, reason: 'x' }, []],
    ['part without an amount', { decision: 'part', reason: 'x' }, ['credits']],
    ['part with the full amount', { decision: 'part', credits: 4, reason: 'x' }, ['credits']],
    ['part with nothing', { decision: 'part', credits: 0, reason: 'x' }, ['credits']],
    ['part with less than nothing', { decision: 'part', credits: -1, reason: 'x' }, ['credits']],
    ['part with an odd fraction', { decision: 'part', credits: 1.3, reason: 'x' }, ['credits']],
    ['part without a reason', { decision: 'part', credits: 2 }, ['reason']],
    ['refuse with a reason', { decision: 'refuse', reason: 'x' }, []],
    ['refuse without a reason', { decision: 'refuse' }, ['reason']],
    ['refuse with blanks for a reason', { decision: 'refuse', reason: '  ' }, ['reason']],
    ['refuse with credits', { decision: 'refuse', credits: 1, reason: 'x' }, ['credits']],
    ['more with a reason', { decision: 'more', reason: 'x' }, []],
    ['more without a reason', { decision: 'more' }, ['reason']],
  ]
  for (const [title, decision, fields] of table)
    it(`${fields.length ? 'is refused' : 'stands'}: ${title}`, () => {
      expect(faultsOf(4, decision).map(({ field }) => field)).to.deep.equal(fields)
    })
})
