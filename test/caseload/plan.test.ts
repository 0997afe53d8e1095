import { expect } from 'chai'
import fc from 'fast-check'
import { notesForLearner, notesForStaff, noteReaders, type Note } from '../../src/caseload/case.js'
import { editedSteps } from '../../src/caseload/plan.js'

describe('the steps of a plan after an edit', () => {
  const before = [
    { id: '1', text: 'Write', dueOn: '2015-04-01', doneOn: '2015-03-20' },
    { id: '2', text: 'Call' },
  ]

  it('keep what was done, take a new day, drop what is gone, and number what is new', () => {
    expect(
      editedSteps(before, [{ text: 'Learn' }, { text: 'Write', dueOn: '2015-05-01' }]),
    ).to.deep.equal([
      { id: '3', text: 'Learn' },
      { id: '1', text: 'Write', dueOn: '2015-05-01', doneOn: '2015-03-20' },
    ])
  })

  it('never share an id and never say the same twice', () => {
    const text = fc.constantFrom('Write', 'Call', 'Learn', 'Meet', 'Ask')
    fc.assert(
      fc.property(fc.array(text), fc.array(text), (first, second) => {
        const known = editedSteps(
          [],
          first.map((one) => ({ text: one })),
        )
        const steps = editedSteps(
          known,
          second.map((one) => ({ text: one })),
        )
        expect(new Set(steps.map(({ id }) => id)).size).to.equal(steps.length)
        expect(steps.map((step) => step.text)).to.deep.equal([...new Set(second)])
        for (const step of steps) {
          const same = known.find((one) => one.text === step.text)
          if (same) expect(step.id).to.equal(same.id)
        }
      }),
    )
  })
})

describe('who may read a note', () => {
  const notes = noteReaders.map((readers): Note => ({
    id: readers,
    communityId: 'portland',
    centerId: 'north',
    learnerId: 'ada',
    kind: 'contact',
    text: 'Called.',
    readers,
    byAccountId: 'sam',
    byName: 'Sam',
    at: new Date('2015-03-01T12:00:00Z'),
  }))
  const ids = (some: readonly Note[]) => some.map(({ id }) => id)

  it('is the author alone, the staff of the center, or the learner too', () => {
    expect(ids(notesForStaff(notes, 'sam'))).to.deep.equal(['author', 'center', 'learner'])
    expect(ids(notesForStaff(notes, 'sue'))).to.deep.equal(['center', 'learner'])
    expect(ids(notesForLearner(notes))).to.deep.equal(['learner'])
  })
})
