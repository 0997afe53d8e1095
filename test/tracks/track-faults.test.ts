import { expect } from 'chai'
import { faultsOfTrack } from '../../src/tracks/track-faults.js'
import { diffOf } from '../../src/tracks/track-diff.js'
import type { Track } from '../../src/tracks/track.js'
import { aStep, aTrack } from '../support/build-learning.js'

const group = { id: 'g', title: 'Either', choose: 1 }

const table: readonly (readonly [string, Track, string, string])[] = [
  ['without steps', aTrack([]), 'steps', 'noSteps'],
  ['with two steps of one id', aTrack([aStep('a'), aStep('a')]), 'steps[1].id', 'sameStep'],
  ['with an id in capitals', aTrack([aStep('HTML')]), 'steps[0].id', 'slug'],
  ['with a step without a title', aTrack([aStep('a', { title: '' })]), 'steps[0].title', 'noTitle'],
  [
    'with a step after an unknown one',
    aTrack([aStep('a', { after: ['x'] })]),
    'steps[0].after',
    'unknownStep',
  ],
  [
    'with a step of an unknown group',
    aTrack([aStep('a', { group: 'x' })]),
    'steps[0].group',
    'unknownGroup',
  ],
  [
    'that asks for more of a group than it has',
    aTrack([aStep('a', { group: 'g' })], { groups: [{ ...group, choose: 2 }] }),
    'groups[0].choose',
    'choose',
  ],
  [
    'that asks for none of a group',
    aTrack([aStep('a', { group: 'g' })], { groups: [{ ...group, choose: 0 }] }),
    'groups[0].choose',
    'choose',
  ],
  [
    'with two groups of one id',
    aTrack([aStep('a', { group: 'g' })], { groups: [group, group] }),
    'groups[1].id',
    'sameGroup',
  ],
  [
    'with steps that wait for each other',
    aTrack([aStep('start'), aStep('a', { after: ['b'] }), aStep('b', { after: ['a'] })]),
    'steps[1].after',
    'circle',
  ],
  [
    'with a step that waits for itself',
    aTrack([aStep('a', { after: ['a'] })]),
    'steps[0].after',
    'circle',
  ],
  [
    'with more than 50 steps',
    aTrack(Array.from({ length: 51 }, (_, at) => aStep(`s${at}`))),
    'steps',
    'tooManySteps',
  ],
]

describe('a track that may not be published', () => {
  for (const [name, track, field, message] of table)
    it(`is one ${name}`, () => {
      const found = faultsOfTrack(track).map((fault) => `${fault.field} ${fault.message}`)

      expect(found).to.include(`${field} tracks:error.${message}`)
    })

  it('is not one with branches, groups and steps in any order', () => {
    const track = aTrack(
      [aStep('end', { after: ['a', 'b'] }), aStep('a', { group: 'g' }), aStep('b', { group: 'g' })],
      { groups: [group] },
    )

    expect(faultsOfTrack(track)).to.deep.equal([])
  })
})

describe('what a new version changes', () => {
  const before = aTrack([aStep('a'), aStep('b'), aStep('c')])
  const changesTo = (after: Track) =>
    diffOf(before, after).map(({ kind, what, title, fields }) =>
      [kind, what, title, ...fields].join(' '),
    )

  it('is nothing for the same steps', () => {
    expect(changesTo({ ...before, version: 'v2', order: 2 })).to.deep.equal([])
  })

  it('names steps that came, went and changed', () => {
    const after = aTrack([aStep('a', { minutes: 30 }), aStep('c'), aStep('d')])

    expect(changesTo(after)).to.deep.equal([
      'removed step Step b',
      'changed step Step a minutes',
      'added step Step d',
    ])
  })

  it('names the fewest steps that moved', () => {
    expect(changesTo(aTrack([aStep('c'), aStep('a'), aStep('b')]))).to.deep.equal([
      'moved step Step c',
    ])
  })

  it('names what changed about the track and its groups', () => {
    const after = { ...before, title: 'Web pages', hours: 9, groups: [group] }

    expect(changesTo(after)).to.deep.equal([
      'changed track Web pages title hours',
      'added group Either',
    ])
  })
})
