import { expect } from 'chai'
import { progressOf, stepsTotal } from '../../src/tracks/progress.js'
import { aCompletion, aFact, aStep, aTrack } from '../support/build-learning.js'

const path = aTrack([
  aStep('html', { providerBadges: ['1', '2'] }),
  aStep('css', { providerBadges: ['3'], after: ['html'] }),
  aStep('js', { after: ['html'] }),
])

describe('progress on a track', () => {
  it('starts with nothing done and the first step next', () => {
    const progress = progressOf(path, [])

    expect(progress).to.include({ stepsDone: 0, stepsTotal: 3, nextStep: 'html' })
    expect(progress.finishedOn).to.equal(undefined)
    expect(progress.steps.map(({ state }) => state)).to.deep.equal(['next', 'open', 'open'])
  })

  it('counts a step when all its provider badges are held, and names the missing ones before', () => {
    const half = progressOf(path, [aFact('1')])
    const whole = progressOf(path, [aFact('1'), aFact('2', { earnedOn: '2015-03-01' })])

    expect(half.steps[0]).to.deep.include({ state: 'next', missing: ['2'] })
    expect(whole.steps[0]).to.deep.include({
      state: 'done',
      doneOn: '2015-03-01',
      level: 'self-reported',
      missing: [],
    })
    expect(whole.nextStep).to.equal('css')
  })

  it('counts a completion of the course even when no provider badge of it is known', () => {
    const { steps, stepsDone } = progressOf(path, [aCompletion('js')])

    expect(stepsDone).to.equal(1)
    expect(steps[2]).to.include({ state: 'done', level: 'provider-confirmed' })
  })

  it('does not count the same course at another provider', () => {
    const { stepsDone } = progressOf(path, [aCompletion('js', { provider: 'elsewhere' })])

    expect(stepsDone).to.equal(0)
  })

  it('says the strongest level and the earliest day of a step', () => {
    const { steps } = progressOf(path, [
      aFact('3', { earnedOn: '2014-05-01' }),
      aCompletion('css', { earnedOn: '2015-06-01' }),
    ])

    expect(steps[1]).to.include({ level: 'provider-confirmed', doneOn: '2014-05-01' })
  })

  it('skips a step that waits for another when a later one is free', () => {
    const track = aTrack([aStep('a', { after: ['b'] }), aStep('b')])

    expect(progressOf(track, []).nextStep).to.equal('b')
  })

  it('is finished on the day the last step was done', () => {
    const progress = progressOf(path, [
      aCompletion('html', { earnedOn: '2015-01-05' }),
      aCompletion('css', { earnedOn: '2015-04-05' }),
      aCompletion('js', { earnedOn: '2015-02-05' }),
    ])

    expect(progress).to.include({ stepsDone: 3, finishedOn: '2015-04-05' })
    expect(progress.nextStep).to.equal(undefined)
  })

  it('never finishes a track whose course list is not known', () => {
    const progress = progressOf(aTrack([], { status: 'list-not-found' }), [aFact('1')])

    expect(progress).to.include({ stepsDone: 0, stepsTotal: 0 })
    expect(progress.finishedOn).to.equal(undefined)
  })
})

describe('a choose-n group', () => {
  const choosing = aTrack(
    [
      aStep('html'),
      aStep('node', { group: 'server', after: ['html'] }),
      aStep('php', { group: 'server', after: ['html'] }),
      aStep('ruby', { group: 'server', after: ['html'] }),
      aStep('deploy', { after: ['node', 'php', 'ruby'] }),
    ],
    { groups: [{ id: 'server', title: 'A server language', choose: 1 }] },
  )

  it('counts as the number of steps it asks for', () => {
    expect(stepsTotal(choosing)).to.equal(3)
  })

  it('is satisfied by any of its steps, and then the path goes on after it', () => {
    const progress = progressOf(choosing, [aCompletion('html'), aCompletion('php')])

    expect(progress).to.include({ stepsDone: 2, nextStep: 'deploy' })
  })

  it('does not count more steps than it asks for', () => {
    const facts = ['node', 'php', 'ruby'].map((course) => aCompletion(course))

    expect(progressOf(choosing, facts)).to.include({ stepsDone: 1, nextStep: 'html' })
  })

  it('finishes on the day the first sufficient choice was done', () => {
    const progress = progressOf(choosing, [
      aCompletion('html', { earnedOn: '2015-01-01' }),
      aCompletion('ruby', { earnedOn: '2015-09-01' }),
      aCompletion('php', { earnedOn: '2015-02-01' }),
      aCompletion('deploy', { earnedOn: '2015-03-01' }),
    ])

    expect(progress.finishedOn).to.equal('2015-03-01')
  })
})
