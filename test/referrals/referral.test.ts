import { expect } from 'chai'
import {
  isOpen,
  movesFrom,
  needsReason,
  referralStates,
  sides,
  stateTable,
  substates,
  substateTable,
  substatesFor,
  verdictOn,
  waitingFor,
  type ReferralState,
  type Side,
  type Verdict,
} from '../../src/referrals/referral.js'

/**
 * The whole table by hand, apart from the code's own: rows are the state before, columns the state set, in the order of
 * `referralStates`. s: the sender moves it. c: the center. b: both. w: wrong state. x: settled. n: nobody but the
 * center notes there; the same state again without a substate.
 */
const table: Record<ReferralState, string> = {
  //                  dr rq ac rj ip oh co fa ca ee
  draft: '            w  s  w  w  w  w  w  w  s  s',
  requested: '        w  n  c  c  w  w  w  w  b  s',
  accepted: '         w  w  n  w  c  w  w  w  b  s',
  rejected: '         x  x  x  x  x  x  x  x  x  x',
  'in-progress': '    w  w  w  w  n  c  c  c  b  s',
  'on-hold': '        w  w  w  w  c  n  c  c  b  s',
  completed: '        x  x  x  x  x  x  x  x  x  x',
  failed: '           x  x  x  x  x  x  x  x  x  x',
  cancelled: '        x  x  x  x  x  x  x  x  x  x',
  'entered-in-error': 'x  x  x  x  x  x  x  x  x  x',
}
const setBy = 's  s  c  c  c  c  c  c  b  s'.split(/\s+/)

const has = (letter: string | undefined, side: Side) => letter === 'b' || letter === side[0]

function expected(from: ReferralState, column: number, side: Side): Verdict {
  const cell = table[from].trim().split(/\s+/)[column]
  if (from === 'draft' && side === 'center') return 'not-yours'
  if (cell === 'n' && side === 'center') return 'wrong-state'
  if (!has(setBy[column], side)) return 'not-yours'
  if (cell === 'x') return 'settled'
  if (cell === 'w' || cell === 'n') return 'wrong-state'
  return has(cell, side) ? 'move' : 'not-yours'
}

describe('the referral state table', () => {
  for (const side of sides)
    for (const from of referralStates)
      referralStates.forEach((to, column) => {
        const verdict = expected(from, column, side)

        it(`${side}: ${from} to ${to} is ${verdict}`, () => {
          expect(verdictOn(from, { state: to, reason: 'because' }, [side])).to.equal(verdict)
        })
      })

  it('lets nobody set anything who is on neither side', () => {
    for (const from of referralStates)
      for (const to of referralStates)
        expect(verdictOn(from, { state: to, reason: 'because' }, [])).to.equal('not-yours')
  })

  it('gives someone on both sides the rights of both', () => {
    expect(verdictOn('requested', { state: 'accepted' }, ['sender', 'center'])).to.equal('move')
    expect(verdictOn('requested', { state: 'entered-in-error' }, ['center', 'sender'])).to.equal(
      'move',
    )
  })

  it('asks a reason for rejected, failed and cancelled and for no other state', () => {
    const asking = referralStates.filter((state) => needsReason({ state }))

    expect(asking).to.deep.equal(['rejected', 'failed', 'cancelled'])
    expect(verdictOn('requested', { state: 'rejected' }, ['center'])).to.equal('reason-missing')
    expect(verdictOn('in-progress', { state: 'failed', reason: '  ' }, ['center'])).to.equal(
      'reason-missing',
    )
    expect(verdictOn('accepted', { state: 'cancelled' }, ['sender'])).to.equal('reason-missing')
  })

  it('asks a reason for not eligible, whatever the state', () => {
    expect(
      verdictOn('accepted', { state: 'in-progress', substate: 'not_eligible' }, ['center']),
    ).to.equal('reason-missing')
  })

  it('says wrong moment before missing reason', () => {
    expect(verdictOn('requested', { state: 'failed' }, ['center'])).to.equal('wrong-state')
    expect(verdictOn('rejected', { state: 'rejected' }, ['center'])).to.equal('settled')
  })

  it('lets the center note a substate without a move, and the sender not', () => {
    expect(verdictOn('requested', { state: 'requested', substate: 'viewed' }, ['center'])).to.equal(
      'note',
    )
    expect(
      verdictOn('in-progress', { state: 'in-progress', substate: 'contacted' }, ['sender']),
    ).to.equal('not-yours')
  })

  for (const substate of substates)
    for (const state of referralStates)
      it(`${substate} with ${state} is ${substateTable[substate].fits.includes(state) ? 'kept' : 'refused'}`, () => {
        const from: ReferralState =
          state === 'requested' || state === 'rejected'
            ? 'requested'
            : state === 'in-progress'
              ? 'accepted'
              : state === 'accepted'
                ? 'requested'
                : 'in-progress'
        const by: Side[] = ['sender', 'center']

        const verdict = verdictOn(from, { state, substate, reason: 'because' }, by)

        if (state === 'draft') expect(verdict).to.equal('wrong-state')
        else if (substateTable[substate].fits.includes(state))
          expect(verdict).to.equal(state === from ? 'note' : 'move')
        else expect(verdict).to.equal('wrong-substate')
        expect(substatesFor([state], by).includes(substate)).to.equal(
          substateTable[substate].fits.includes(state),
        )
      })

  for (const substate of substates)
    for (const side of sides)
      it(`${substate} is ${substateTable[substate].setBy.includes(side) ? '' : 'not '}for the ${side} to set`, () => {
        const answer = { state: 'cancelled', substate, reason: 'because' } as const
        const verdict = verdictOn('in-progress', answer, [side])

        const isTheirs = side === 'center' || substate === 'declined_by_learner'
        const fits = ['no_show', 'not_eligible', 'declined_by_learner', 'unreachable']
        expect(verdict).to.equal(
          !isTheirs ? 'not-yours' : fits.includes(substate) ? 'move' : 'wrong-substate',
        )
      })

  it('lets the learner withdraw in their own words, and asks the reason of it', () => {
    const answer = { state: 'cancelled', substate: 'declined_by_learner' } as const
    expect(verdictOn('accepted', answer, ['sender'])).to.equal('reason-missing')
    expect(verdictOn('accepted', { ...answer, reason: 'I found a job.' }, ['sender'])).to.equal(
      'move',
    )
  })

  it('never calls anyone enrolled or placed before the center accepted', () => {
    for (const substate of ['enrolled_WP', 'enrolled_Adult', 'enrolled_DW', 'placed'] as const)
      expect(substateTable[substate].fits).to.not.include.members(['requested'])
  })

  it('offers exactly the moves it would let through', () => {
    for (const side of sides)
      for (const from of referralStates) {
        const through = referralStates.filter(
          (to) => verdictOn(from, { state: to, reason: 'because' }, [side]) === 'move',
        )
        expect(movesFrom(from, [side])).to.deep.equal(through)
      }
  })

  it('has a setter for every state and no way out of a settled one', () => {
    for (const state of referralStates) {
      expect(stateTable[state].setBy).to.not.be.empty
      if (!isOpen(state)) expect(movesFrom(state, ['sender', 'center'])).to.be.empty
    }
    expect(referralStates.filter((state) => !isOpen(state))).to.deep.equal([
      'rejected',
      'completed',
      'failed',
      'cancelled',
      'entered-in-error',
    ])
  })

  it('says by whose delay an open referral stands', () => {
    expect(waitingFor('requested')).to.equal('center')
    expect(waitingFor('accepted', 'no_show')).to.equal('learner')
    expect(waitingFor('in-progress', 'eligibility_pending')).to.equal('center')
    expect(waitingFor('draft')).to.equal('learner')
    expect(waitingFor('completed', 'placed')).to.equal(undefined)
  })
})
