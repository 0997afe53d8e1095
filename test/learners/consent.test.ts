import { expect } from 'chai'
import {
  coverOf,
  isLive,
  latestExpiry,
  notCovered,
  stateOf,
  type Consent,
} from '../../src/learners/consent.js'

const consent = (change: Partial<Consent> = {}): Consent => ({
  id: 'c1',
  learnerId: 'l1',
  communityId: 'portland',
  parties: ['center'],
  purpose: 'referral',
  records: ['progress', 'badges'],
  version: '1',
  language: 'en',
  textHash: 'x',
  authMethod: 'password',
  signedAt: new Date('2015-03-01T10:00:00Z'),
  expiresOn: '2015-06-01',
  ...change,
})
const withdrawn = consent({ withdrawnAt: new Date('2015-03-02T10:00:00Z') })

describe('a consent', () => {
  const table: [string, Consent, string, boolean, string][] = [
    ['on the day it is signed', consent(), '2015-03-01', true, 'live'],
    ['on its last day', consent(), '2015-06-01', true, 'live'],
    ['the day after', consent(), '2015-06-02', false, 'expired'],
    ['once withdrawn', withdrawn, '2015-03-02', false, 'withdrawn'],
    ['withdrawn and past its day', withdrawn, '2016-03-02', false, 'withdrawn'],
  ]
  for (const [title, given, on, live, state] of table)
    it(`${live ? 'counts' : 'does not count'} ${title}`, () => {
      expect(isLive(given, on)).to.equal(live)
      expect(stateOf(given, on)).to.equal(state)
    })

  it('runs for twelve months at most', () => {
    expect(latestExpiry('2015-03-01')).to.equal('2016-03-01')
    expect(latestExpiry('2016-02-29')).to.equal('2017-02-28')
  })

  it('opens what it names to the organization it names, taken together with others', () => {
    const contact = consent({ id: 'c2', records: ['contact'] })

    const cover = coverOf([consent(), contact, withdrawn], 'center', '2015-03-05')

    expect([...cover.records]).to.have.members(['progress', 'badges', 'contact'])
    expect(cover.consentIds).to.deep.equal(['c1', 'c2'])
    expect(notCovered(cover, ['progress', 'credential'])).to.deep.equal(['credential'])
  })

  it('opens nothing to another organization, after its day, or for another purpose', () => {
    expect(coverOf([consent()], 'other', '2015-03-05').records.size).to.equal(0)
    expect(coverOf([consent()], 'center', '2015-06-02').records.size).to.equal(0)
    expect(coverOf([consent()], 'center', '2015-03-05', 'credit').records.size).to.equal(0)
  })
})
