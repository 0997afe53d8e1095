import { expect } from 'chai'
import { edited, formOf, type EntryForm } from '../../src/centers/entry.js'
import { listingOf, type Listing, type Service } from '../../src/centers/listing.js'
import { aCenter } from '../support/build-handoff.js'

const service = (id: string, change: Partial<Service> = {}): Service => ({
  id,
  name: 'GED classes',
  status: 'active',
  languages: [],
  phones: [],
  schedules: [],
  location_ids: [],
  ...change,
})
const withServices = (...services: readonly Service[]) =>
  aCenter('north', { listing: { phones: [], locations: [], services } })
const change = (facts: Partial<EntryForm>, center = withServices()) =>
  listingOf(edited(center, { ...formOf(center), ...facts }, '2026-11-22'))
const idsOf = ({ services, locations }: Listing) => [
  ...services.map(({ id }) => id),
  ...locations.flatMap((one) => [...one.schedules, ...one.accessibility].map(({ id }) => id)),
]

describe('an entry changed by hand', () => {
  it('keeps two services of one name apart', () => {
    const two = [service('a', { location_ids: ['x'] }), service('b', { minimum_age: 16 })]

    expect(change({ phone: '503-555-0100' }, withServices(...two)).services).to.deep.equal(two)
  })

  it('gives nothing new the id of something old', () => {
    const first = change({
      services: 'One\nTwo\nThree',
      hours: 'MO 09:00-12:00\nTU 09:00-12:00',
      accessibility: 'Ramp\nLift',
    })
    const center = aCenter('north', { listing: first })
    const next = change(
      {
        services: 'Two\nThree\nFour',
        hours: 'TU 09:00-12:00\nWE 09:00-12:00',
        accessibility: 'Lift\nBell',
      },
      center,
    )

    expect(new Set(idsOf(next)).size).to.equal(idsOf(next).length)
    expect(next.services.map(({ name }) => name)).to.deep.equal(['Two', 'Three', 'Four'])
    expect(next.services.slice(0, 2)).to.deep.equal(first.services.slice(1))
  })
})
