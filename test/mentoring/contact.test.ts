import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import { contactOf } from '../../src/mentoring/contact.js'
import { readableBy, type Meeting, type NoteReader } from '../../src/mentoring/meeting.js'
import { suggestionFor } from '../../src/mentoring/nudge.js'
import { freeSeat } from '../../src/mentoring/pairing.js'

describe('contact between mentor and learner', () => {
  for (const [pairing, on, days, isQuiet] of [
    [{ startedOn: '2015-03-01' }, '2015-03-01', 8, false],
    [{ startedOn: '2015-02-23' }, '2015-02-23', 14, true],
    [{ startedOn: '2015-01-01', lastMeetingOn: '2015-02-24' }, '2015-02-24', 13, false],
    [{ startedOn: '2015-01-01', lastNudgeOn: '2015-03-09' }, '2015-03-09', 0, false],
    [
      { startedOn: '2015-01-01', lastMeetingOn: '2015-02-01', lastNudgeOn: '2015-01-15' },
      '2015-02-01',
      36,
      true,
    ],
  ] as const)
    it(`${JSON.stringify(pairing)} was last in touch on ${on}, ${isQuiet ? 'too' : 'not too'} long ago`, () => {
      expect(contactOf(pairing, '2015-03-09')).to.deep.equal({ on, days, isQuiet })
    })

  it('turns quiet on the fourteenth day, not before', () => {
    const startedOn = '2015-03-01'

    expect(contactOf({ startedOn }, addDays(startedOn, 13)).isQuiet).to.equal(false)
    expect(contactOf({ startedOn }, addDays(startedOn, 14)).isQuiet).to.equal(true)
  })
})

describe('a seat with a mentor', () => {
  it('is the lowest free one within capacity', () => {
    expect(freeSeat([], 2)).to.equal(1)
    expect(freeSeat([1, 3], 3)).to.equal(2)
    expect(freeSeat([2, 1], 2)).to.equal(undefined)
    expect(freeSeat([], 0)).to.equal(undefined)
  })

  it('is none while pairings from a larger capacity fill the smaller one', () => {
    expect(freeSeat([1, 4, 5], 3)).to.equal(undefined)
    expect(freeSeat([1, 5], 3)).to.equal(2)
  })

  it('is never one that is taken or beyond capacity', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 })), fc.nat(12), (taken, capacity) => {
        const seat = freeSeat(taken, capacity)
        if (seat === undefined) expect(new Set(taken).size).to.be.at.least(capacity)
        else {
          expect(taken).to.not.include(seat)
          expect(seat).to.be.within(1, capacity)
        }
      }),
    )
  })
})

describe('who may read a meeting', () => {
  const meeting = (id: string, readers: readonly NoteReader[], mentor = 'max'): Meeting => ({
    id,
    pairingId: 'p',
    communityId: 'c',
    learnerId: 'ada',
    mentorAccountId: mentor,
    mentorName: 'Max',
    on: '2015-03-01',
    minutes: 30,
    topic: 'stuck',
    readers,
    loggedAt: new Date(0),
    demonstration: false,
  })
  const all = [
    meeting('own', []),
    meeting('shared', ['learner']),
    meeting('both', ['learner', 'staff']),
    meeting('other', ['staff'], 'mia'),
  ]
  const ids = (reader: Parameters<typeof readableBy>[1]) =>
    readableBy(all, reader).map(({ id }) => id)

  it('is the mentor who logged it, and whom they chose', () => {
    expect(ids({ mentorAccountId: 'max' })).to.deep.equal(['own', 'shared', 'both'])
    expect(ids('learner')).to.deep.equal(['shared', 'both'])
    expect(ids('staff')).to.deep.equal(['both', 'other'])
    expect(ids({ mentorAccountId: 'nobody' })).to.deep.equal([])
  })
})

describe('the suggested text of a nudge', () => {
  const stuckOn = { track: 'web', step: 'html', stepTitle: 'HTML', since: '2015-01-01' }

  it('fits where the learner stands', () => {
    expect(suggestionFor({ ready: true, facts: 3, stuckOn })).to.equal('ready')
    expect(suggestionFor({ ready: false, facts: 0, stuckOn })).to.equal('start')
    expect(suggestionFor({ ready: false, facts: 3, stuckOn })).to.equal('stuck')
    expect(suggestionFor({ ready: false, facts: 3 })).to.equal('onward')
  })
})
