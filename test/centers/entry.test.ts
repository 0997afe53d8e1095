import { expect } from 'chai'
import fc from 'fast-check'
import { addMonths } from '../../src/calendar.js'
import { isStale, searchBeginnings, takesReferrals } from '../../src/centers/center.js'
import { edited, formOf, type EntryForm } from '../../src/centers/entry.js'
import { headlineOf, listingOf, withListing, type Service } from '../../src/centers/listing.js'
import { aCenter } from '../support/build-handoff.js'

const bare = aCenter('north', { phone: '503-555-0100', address: '1 Main St' })
const change = (facts: Partial<EntryForm>, center = bare) =>
  edited(center, { ...formOf(center), ...facts }, '2026-11-22')

describe('the entry of a center', () => {
  it('that nobody changed reads the same after it was opened and kept', () => {
    const kept = change({})

    expect(listingOf(kept)).to.deep.equal(listingOf(bare))
    expect({ ...kept, listing: undefined, zone: undefined }).to.deep.equal({
      ...bare,
      listing: undefined,
      zone: undefined,
    })
  })

  it('loses a fact that was emptied, and never gains one nobody typed', () => {
    const kept = change({ phone: undefined, address: undefined, city: undefined })

    expect(kept).to.not.have.any.keys('phone', 'address', 'city', 'postalCode', 'url')
    expect(listingOf(kept).locations).to.have.length(1)
    expect(listingOf(kept).locations[0]?.addresses).to.deep.equal([])
  })

  it('keeps an address of which only the state is known', () => {
    const { address: _address, city: _city, ...facts } = bare
    const [main] = listingOf(bare).locations
    const stateOnly = {
      id: 'a1',
      state_province: 'OR',
      country: 'US',
      address_type: 'physical' as const,
    }
    const locations = [{ ...(main as NonNullable<typeof main>), addresses: [stateOnly] }]
    const known = withListing(facts, { ...listingOf(bare), locations })

    expect(listingOf(change({}, known)).locations).to.deep.equal(locations)
    expect(listingOf(change({ city: 'Gresham' }, known)).locations[0]?.addresses).to.deep.equal([
      { ...stateOnly, city: 'Gresham' },
    ])
  })

  it('is verified on the day somebody says so, and only then', () => {
    expect(change({ confirmed: true }).verifiedOn).to.equal('2026-11-22')
    expect(change({ city: 'Gresham' }).verifiedOn).to.equal(undefined)
    expect(change({}, { ...bare, verifiedOn: '2026-01-05' }).verifiedOn).to.equal('2026-01-05')
  })

  it('keeps what the form does not show', () => {
    const service: Service = {
      id: 's1',
      name: 'Resume help',
      status: 'temporarily closed',
      minimum_age: 16,
      languages: [{ id: 'l1', code: 'es' }],
      phones: [],
      schedules: [],
      location_ids: ['north'],
    }
    const monthly = { id: 'm', freq: 'MONTHLY' as const, bymonthday: '1' }
    const first = listingOf(change({ hours: 'MO 09:00-12:00' }))
    const [main] = first.locations
    const rich = {
      ...bare,
      listing: {
        ...first,
        locations: [{ ...(main as NonNullable<typeof main>), schedules: [monthly] }],
        services: [service],
      },
    }
    const kept = listingOf(
      change({ hours: 'TU 09:00-12:00', services: 'Resume help\nInterviews | by phone' }, rich),
    )

    expect(kept.services[0]).to.deep.equal(service)
    expect(kept.services[1]).to.include({
      name: 'Interviews',
      description: 'by phone',
      status: 'active',
    })
    expect(kept.locations[0]?.schedules.map(({ id }) => id)).to.deep.equal(['m', 'north-h1'])
  })

  it('heads with what the whole entry says, whatever was typed', () => {
    const text = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined })
    fc.assert(
      fc.property(text, text, text, text, (address, city, phone, website) => {
        const kept = change({ address, city, phone, website })
        const { state, ...headline } = headlineOf(listingOf(kept))

        expect(state ?? 'OR').to.equal('OR')
        expect(kept).to.include(headline)
        expect(kept.address).to.equal(address)
        expect(kept.phone).to.equal(phone)
      }),
    )
  })

  it('is found by its cities, languages and active services', () => {
    const kept = change({ languages: ['es'], services: 'Resume help' })

    expect(searchBeginnings(kept)).to.include.members(['po', 'portland', 'l:es', 's:re', 's:help'])
  })

  it('goes stale the day after six months', () => {
    expect(addMonths('2026-08-31', 6)).to.equal('2027-02-28')
    expect(isStale({ verifiedOn: '2026-05-22' }, '2026-11-22')).to.equal(false)
    expect(isStale({ verifiedOn: '2026-05-21' }, '2026-11-22')).to.equal(true)
    expect(isStale({}, '2026-11-22')).to.equal(true)
  })

  it('takes referrals until its last day, that day included', () => {
    const until = { acceptingReferrals: true, acceptingUntil: '2026-11-22' }

    expect(takesReferrals(until, '2026-11-22')).to.equal(true)
    expect(takesReferrals(until, '2026-11-23')).to.equal(false)
    expect(takesReferrals({ acceptingReferrals: true }, '2026-11-23')).to.equal(true)
    expect(takesReferrals({ ...until, acceptingReferrals: false }, '2026-11-22')).to.equal(false)
  })
})
