import { expect } from 'chai'
import { stringify } from 'csv-stringify/sync'
import { cellsOf, tableColumns } from '../../src/centers/center-csv.js'
import { readTable } from '../../src/centers/center-csv-file.js'
import { findCenter } from '../../src/centers/center-store.js'
import type { Center } from '../../src/centers/center.js'
import { edited, formOf, type EntryForm } from '../../src/centers/entry.js'
import { listingOf, type Listing, type Service } from '../../src/centers/listing.js'
import { paths, to } from '../../src/http/paths.js'
import { testApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aCenter, keepCenters, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

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

  describe('on its page', () => {
    const path = to(paths.editCenter, { id: 'north' })
    let sam: Person

    beforeEach(async () => {
      await emptyDatabase()
      const { app } = testApp()
      const people = await keepPeople()
      sam = await signIn(app, credentials(people.sam))
    })

    /** What a browser would send of the form as it stands. */
    const formAsShown = async () => {
      const $ = await sam.read(path)
      return $('form[action$="/edit"]').serializeArray()
    }

    it('keeps a clock that is not in the usual list', async () => {
      await keepCenters(aCenter('north', { zone: 'America/Detroit' }))
      const shown = await formAsShown()
      expect(shown.find(({ name }) => name === 'zone')?.value).to.equal('America/Detroit')

      const sent = await sam.submit(path, {
        phone: '(503) 555-0100',
        zone: 'America/Detroit',
        version: '0',
        step: 'save',
      })
      expect(sent.status, sent.text).to.equal(303)
      expect(await findCenter('north')).to.include({
        zone: 'America/Detroit',
        phone: '(503) 555-0100',
      })
    })

    it('takes back as much as an import may have brought', async () => {
      const many = Array.from({ length: 200 }, (_, at) =>
        service(`s${at}`, {
          name: `Service ${at}`,
          description: 'Help with work. '.repeat(25).trim(),
        }),
      )
      await keepCenters({
        ...withServices(...many),
        listing: { ...listingOf(withServices(...many)), description: 'Words. '.repeat(500).trim() },
      })
      const shown = Object.fromEntries(
        (await formAsShown()).map(({ name, value }) => [name, value]),
      )

      const sent = await sam.submit(path, { ...shown, phone: '503-555-0100', step: 'save' })
      expect(sent.status, sent.text).to.equal(303)
      const kept = (await findCenter('north')) as Center
      expect(listingOf(kept).services).to.deep.equal(many)
      const table = stringify([cellsOf(kept)], { header: true, columns: [...tableColumns] })
      const { entries, faults } = readTable(table)
      expect(faults).to.deep.equal([])
      expect(entries[0]?.make(kept).phone).to.equal('503-555-0100')
    })
  })
})
