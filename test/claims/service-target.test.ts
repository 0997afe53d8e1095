import { expect } from 'chai'
import { waitingOf } from '../../src/claims/service-target.js'

describe('how long a claim has waited', () => {
  it('makes it late only after the target', () => {
    expect(waitingOf('2015-03-09', 10, '2015-03-23')).to.deep.equal({
      days: 10,
      target: 10,
      dueOn: '2015-03-23',
      isLate: false,
    })
    expect(waitingOf('2015-03-09', 10, '2015-03-24').isLate).to.equal(true)
  })

  it('makes it late on the weekend after a Friday on which it was due', () => {
    expect(waitingOf('2015-03-06', 10, '2015-03-20').isLate).to.equal(false)
    expect(waitingOf('2015-03-06', 10, '2015-03-22')).to.include({ days: 10, isLate: true })
  })
})
