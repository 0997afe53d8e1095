import { expect } from 'chai'
import fc from 'fast-check'
import { findCenterImport, insertCenterImport } from '../../src/centers/center-import-store.js'
import { saysTheSame } from '../../src/centers/center-import.js'
import { cellsOf, tableColumns } from '../../src/centers/center-csv.js'
import { readTable } from '../../src/centers/center-csv-file.js'
import { findCenter } from '../../src/centers/center-store.js'
import type { Center } from '../../src/centers/center.js'
import { continueCenterImports } from '../../src/centers/continue-center-imports.js'
import { edited, formOf } from '../../src/centers/entry.js'
import { readHsds } from '../../src/centers/hsds-file.js'
import { hoursLines } from '../../src/centers/hours-text.js'
import { hsdsOf } from '../../src/centers/hsds.js'
import { importCenters } from '../../src/centers/import-centers.js'
import { listingOf, withListing, type Listing } from '../../src/centers/listing.js'
import { spansOn } from '../../src/centers/opening.js'
import { paths, to } from '../../src/http/paths.js'
import { stringify } from 'csv-stringify/sync'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep } from '../support/build-access.js'
import { aCenter, actorOf, keepCenters, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'
import type { Actor } from '../../src/access/actor.js'

const word = fc.constantFrom(
  'Front desk',
  'Ramp, wide door',
  'a "quoted" word',
  'Ñandú',
  '=1+1',
  '-x',
)
const id = fc.uuid()
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const facts = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .record(shape)
    .map(
      (made) =>
        Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as T,
    )
const phone = facts({
  id,
  number: fc.constant('503-555-0100'),
  extension: maybe(fc.nat(999)),
  type: maybe(fc.constant('voice')),
})
const language = facts({ id, code: maybe(fc.constantFrom('en', 'es', 'vi')), name: maybe(word) })
const languages = fc.uniqueArray(language, {
  maxLength: 3,
  selector: ({ code, id: own }) => code ?? own,
})
const schedule = fc.oneof(
  fc.record({
    id,
    freq: fc.constant('WEEKLY'),
    byday: fc.constantFrom('MO', 'TU,WE', 'FR,MO', 'SA'),
    opens_at: fc.constantFrom('08:00', '09:30'),
    closes_at: fc.constantFrom('12:00', '17:00'),
  }),
  fc.record({
    id,
    valid_from: fc.constant('2026-12-25'),
    valid_to: fc.constant('2026-12-26'),
  }),
  fc.record({ id, freq: fc.constant('MONTHLY'), bymonthday: fc.constant('1'), description: word }),
)
const address = facts({
  id,
  address_1: maybe(word),
  city: maybe(fc.constantFrom('Portland', 'Salem')),
  state_province: fc.constant('OR'),
  postal_code: maybe(fc.constant('97201')),
  country: fc.constant('US'),
  address_type: fc.constantFrom('physical', 'postal'),
})
const accessible = fc
  .uniqueArray(word, { maxLength: 2 })
  .chain((found) =>
    fc.tuple(...found.map((description) => facts({ id, description: fc.constant(description) }))),
  )
const location = facts({
  id,
  location_type: fc.constant('physical'),
  name: maybe(word),
  latitude: maybe(fc.constant(45.5)),
  longitude: maybe(fc.constant(-122.7)),
  transportation: maybe(word),
  addresses: fc.array(address, { maxLength: 2 }),
  languages,
  accessibility: accessible,
  phones: fc.array(phone, { maxLength: 1 }),
  schedules: fc.uniqueArray(schedule, {
    maxLength: 3,
    selector: (row) => JSON.stringify({ ...row, id: 0 }),
  }),
})
const service = facts({
  id,
  name: fc.constantFrom('Resume help', 'Interviews', 'GED | classes'),
  status: fc.constantFrom('active', 'inactive', 'defunct', 'temporarily closed'),
  description: maybe(fc.constantFrom('Every day', 'Two\nlines')),
  minimum_age: maybe(fc.nat(99)),
  languages,
  phones: fc.array(phone, { maxLength: 1 }),
  schedules: fc.array(schedule, { maxLength: 1 }),
  location_ids: fc.constant([] as string[]),
})
/** An entry as any way of writing one can leave it. */
const listing = facts({
  description: maybe(word),
  email: maybe(fc.constant('desk@example.org')),
  website: maybe(fc.constant('https://example.org/')),
  phones: fc.array(phone, { maxLength: 2 }),
  locations: fc.uniqueArray(location, { maxLength: 2, selector: (one) => one.id }),
  services: fc.uniqueArray(service, { maxLength: 3, selector: ({ name }) => name }),
}).chain((made) =>
  fc.subarray(made.locations.map((one) => one.id)).map((at) => ({
    ...made,
    services: made.services.map((one) => ({ ...one, location_ids: at })),
  })),
) as unknown as fc.Arbitrary<Listing>
const center = fc
  .tuple(listing, maybe(fc.constant('2026-01-05')), maybe(fc.constant('2027-01-05')), fc.boolean())
  .map(([made, verifiedOn, acceptingUntil, acceptingReferrals]) => ({
    ...withListing(aCenter('north'), made),
    acceptingReferrals,
    ...(verifiedOn && { verifiedOn }),
    ...(acceptingUntil && { acceptingUntil }),
  }))

const again = (entry: { make: (known: Center) => Center } | undefined, known: Center) => {
  if (!entry) throw new Error('nothing was read')
  return entry.make(known)
}
const tableOf = (...centers: readonly Center[]) =>
  stringify(centers.map(cellsOf), {
    header: true,
    columns: [...tableColumns],
    escape_formulas: true,
  })

describe('the directory as a file', () => {
  it('read again as HSDS changes nothing, whatever an entry says', () => {
    fc.assert(
      fc.property(center, (known) => {
        const { entries, faults } = readHsds(JSON.stringify(hsdsOf(known)))

        expect(faults).to.deep.equal([])
        expect(saysTheSame(known, again(entries[0], known))).to.equal(true)
      }),
    )
  })

  it('brings back the whole entry to a center of which nothing is known', () => {
    fc.assert(
      fc.property(center, (known) => {
        const { entries } = readHsds(JSON.stringify(hsdsOf(known)))

        expect(listingOf(again(entries[0], aCenter('north')))).to.deep.equal(known.listing)
      }),
    )
  })

  it('takes nothing away that it does not speak of', () => {
    const hours = { ...formOf(aCenter('o1')), hours: 'MO 09:00-12:00', services: 'Resume help' }
    const known = edited(aCenter('o1', { phone: '503-555-0100' }), hours, '')
    const read = (facts: object) =>
      again(
        readHsds(JSON.stringify({ organizations: [{ ...organization, ...facts }] })).entries[0],
        known,
      )

    expect(listingOf(read({ description: 'Help with work' }))).to.deep.equal({
      ...listingOf(known),
      description: 'Help with work',
    })
    expect(read({ phones: [], locations: null })).to.not.have.any.keys('phone', 'city')
    // Our own file tells the whole entry.
    const bare = { ...known, listing: { ...listingOf(known), services: [] } }
    const whole = readHsds(JSON.stringify(hsdsOf(bare))).entries[0]
    expect(listingOf(again(whole, known)).services).to.deep.equal([])
  })

  it('says of a center that it is gone, and how old that word is', () => {
    const gone = aCenter('gone', { status: 'historical', asOf: '2014', acceptingReferrals: false })
    const { entries } = readHsds(JSON.stringify(hsdsOf(gone)))

    expect(again(entries[0], aCenter('gone'))).to.include({ status: 'historical', asOf: '2014' })
  })

  it('read again as a table changes nothing, whatever an entry says', () => {
    fc.assert(
      fc.property(center, (known) => {
        const { entries, faults } = readTable(tableOf(known))

        expect(faults).to.deep.equal([])
        expect(saysTheSame(known, again(entries[0], known))).to.equal(true)
      }),
    )
  })

  it('keeps to what HSDS requires: no address without street, city and postal code', () => {
    const out = hsdsOf(aCenter('north', { address: '1 Main St' })).organizations[0]

    expect(out?.locations[0]?.addresses).to.deep.equal([])
    expect(out?.locations[0]?.x_waymark?.addresses).to.have.length(1)
    expect(out?.description).to.equal('')
  })

  it('leaves alone what a table has no column for', () => {
    const known = edited(
      aCenter('north'),
      { ...formOf(aCenter('north')), hours: 'MO 09:00-12:00' },
      '',
    )
    const { entries } = readTable('id,phone\nnorth,503-555-0199\n')
    const next = again(entries[0], known)

    expect(next.phone).to.equal('503-555-0199')
    expect(next.city).to.equal('Portland')
    expect(listingOf(next).locations).to.deep.equal(listingOf(known).locations)
  })

  it('reads times as HSDS would have them written, with the offset of the wall they hang on', () => {
    const at = (opens_at: string, closes_at: string) =>
      readHsds(
        JSON.stringify([
          { ...one, schedules: [{ id: 'h', freq: 'WEEKLY', byday: 'MO', opens_at, closes_at }] },
        ]),
      )
    const { entries, faults } = at('09:00-05:00', '17:30:00-05:00')

    expect(faults).to.deep.equal([])
    expect(listingOf(again(entries[0], aCenter('o1'))).services[0]?.schedules).to.deep.equal([
      { id: 'h', freq: 'WEEKLY', byday: 'MO', opens_at: '09:00', closes_at: '17:30' },
    ])
    // No wall of a center is in UTC: which hour is meant depends on the season.
    expect(at('14:00Z', '22:00Z').faults.map(({ field }) => field)).to.deep.equal([
      'schedules[0].opens_at',
      'schedules[0].closes_at',
    ])
  })

  it('never makes an hour of every week of what is rarer', () => {
    const weekly = { freq: 'WEEKLY', byday: 'MO', opens_at: '09:00', closes_at: '17:00' }
    const rows = [
      { id: 'a', ...weekly, interval: 2, dtstart: '2026-11-02' },
      { id: 'b', ...weekly, count: 3 },
      { id: 'c', ...weekly, byweekno: '41,42' },
      { id: 'd', ...weekly, byday: 'TU', interval: 1, dtstart: '2026-11-17' },
    ]
    const content = JSON.stringify([{ ...one, schedules: rows }])
    const known = again(readHsds(content).entries[0], aCenter('o1'))
    const read = listingOf(known).services[0]?.schedules ?? []

    expect(read).to.deep.equal(rows)
    const days = (on: string) => spansOn(read, on)?.length
    expect(['2026-11-16', '2026-11-10', '2026-11-17'].map(days)).to.deep.equal([0, 0, 1])
    expect(spansOn(read.slice(0, 3), '2026-11-16')).to.equal(undefined)
    expect(hoursLines(read.slice(0, 3))).to.deep.equal([])
    expect(JSON.stringify(hsdsOf(known)))
      .to.contain('"interval":2')
      .and.contain('"count":3')
  })

  const organization = { id: 'o1', name: 'One', description: '' }
  const one = { id: 's1', name: 'Help', status: 'active', organization }
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['no status', { ...one, status: undefined }, 'status'],
    ['an unknown status', { ...one, status: 'open' }, 'status'],
    ['no organization', { ...one, organization: undefined }, 'organization'],
    [
      'an organization without description',
      { ...one, organization: { id: 'o1', name: 'One' } },
      'organization.description',
    ],
    [
      'an address without postal code',
      {
        ...one,
        service_at_locations: [
          {
            id: 'l',
            location: {
              id: 'p',
              location_type: 'physical',
              addresses: [
                {
                  id: 'a',
                  address_1: '1',
                  city: 'Salem',
                  state_province: 'OR',
                  country: 'US',
                  address_type: 'physical',
                },
              ],
            },
          },
        ],
      },
      'service_at_locations[0].location.addresses[0].postal_code',
    ],
    [
      'hours that end before they begin',
      { ...one, schedules: [{ id: 'h', byday: 'MO', opens_at: '17:00', closes_at: '09:00' }] },
      'schedules[0].closes_at',
    ],
    ['a phone without number', { ...one, phones: [{ id: 'p' }] }, 'phones[0].number'],
    ['an id that is none', { ...one, id: '../x' }, 'id'],
    ['no object', 'text', ''],
  ]
  for (const [what, object, field] of wrong)
    it(`names row and field for ${what}`, () => {
      const { faults, entries } = readHsds(JSON.stringify([one, object]))

      expect(faults.map((fault) => [fault.row, fault.field])).to.deep.equal([[2, field]])
      expect(entries).to.have.length(1)
    })

  const wrongCells: readonly (readonly [string, string, string])[] = [
    ['latitude', 'id,latitude,longitude', 'x,91,0'],
    ['email', 'id,email', 'x,nobody'],
    ['hours', 'id,hours', 'x,whenever'],
    ['languages', 'id,languages', 'x,Spanish'],
    ['accepting_referrals', 'id,accepting_referrals', 'x,maybe'],
    ['verified_on', 'id,verified_on', 'x,2026-02-30'],
    ['id', 'id,phone', ',1'],
    ['time_zone', 'id,time_zone', 'x,Mars/Olympus'],
  ]
  for (const [field, header, cells] of wrongCells)
    it(`names the row and the column ${field} of a table`, () => {
      const { faults } = readTable(`${header}\n${cells}\n`)

      expect(faults.map((fault) => [fault.row, fault.field])).to.deep.equal([[2, field]])
    })

  it('is refused as a whole when it is no such file', () => {
    for (const [read, text] of [
      [readHsds, 'nothing'],
      [readHsds, '{}'],
      [readHsds, '[]'],
      [readTable, 'name\nx\n'],
      [readTable, 'id,color\n'],
      [readTable, 'id,id\n'],
      [readTable, '"'],
    ] as const)
      expect(() => read(text), text).to.throw()
  })

  describe('brought in by a manager', () => {
    let it_: TestApp
    let max: Person
    let manager: Actor

    before(async () => {
      await emptyDatabase()
      it_ = testApp()
      await keepPeople()
      const [account] = await keep(anAccount('Mae', 'manager'))
      manager = await actorOf(account)
      max = await signIn(it_.app, credentials(account))
      await keepCenters(aCenter('elsewhere', { communityId: 'another' }))
    })

    const file = (content: string, dryRun = false) =>
      importCenters(
        { content, fileName: 'centers.json', format: 'json', dryRun },
        manager,
        it_.ports,
      )

    it('adds, changes and leaves alone by id, and the same again changes nothing', async () => {
      const north = (await findCenter('north')) as Center
      const changed = edited(north, { ...formOf(north), phone: '503-555-0100' }, '')
      const fresh = { ...aCenter('fresh-1'), acceptingReferrals: false }
      const content = JSON.stringify({
        organizations: [
          changed,
          fresh,
          aCenter('south'),
          aCenter('elsewhere'),
          aCenter('college'),
        ].flatMap((entry) => hsdsOf(entry).organizations),
      })

      const tried = await file(content, true)
      expect(tried).to.include({ state: 'done', added: 1, changed: 1, unchanged: 1 })
      expect(tried.refused.map(({ row, field }) => [row, field])).to.deep.equal([
        [4, 'id'],
        [5, 'id'],
      ])
      expect(await findCenter('fresh-1')).to.equal(undefined)

      expect(await file(content)).to.include({ added: 1, changed: 1, unchanged: 1 })
      expect((await findCenter('north'))?.phone).to.equal('503-555-0100')
      expect((await findCenter('fresh-1'))?.city).to.equal('Portland')
      expect(await file(content)).to.include({ added: 0, changed: 0, unchanged: 3 })
    })

    it('is the file the directory gives out, both ways', async () => {
      const json = await max.get(paths.centersHsds)
      const table = await max.get(paths.centersTable)
      for (const [name, content] of [
        ['centers.json', json.text],
        ['centers.csv', table.text],
      ] as const) {
        const sent = await max.upload(paths.importCenters, { name, content })
        expect(sent.status, sent.text).to.equal(303)
        const id = sent.headers['location']?.split('/').at(-1) ?? ''
        const came = await findCenterImport(id)
        expect(came, name).to.include({ state: 'done', added: 0, changed: 0, unchanged: 3 })
        expect((await max.get(to(paths.centerImport, { id }))).status).to.equal(200)
      }
    })

    it('shows the form again for a file it cannot read', async () => {
      const sent = await max.upload(paths.importCenters, { name: 'x.json', content: '{' })

      expect(sent.status).to.equal(400)
      expect(sent.text).to.contain('The file is not JSON')
    })

    it('goes on in the background with a large file, also after a process died', async () => {
      const many = Array.from({ length: 510 }, (_, at) => ({
        id: `many-${at}`,
        name: `Center ${at}`,
        description: '',
        x_waymark: { state: 'OR' },
      }))
      const begun = await file(JSON.stringify({ organizations: many }))
      expect(begun).to.include({ state: 'running', total: 510, done: 0 })

      const stopper = new AbortController()
      const touch = async () => {
        stopper.abort()
      }
      await continueCenterImports({ world: it_, signal: stopper.signal, touch })
      expect(await findCenterImport(begun.id)).to.include({
        state: 'running',
        done: 100,
        added: 100,
      })

      it_.clock.at = new Date(it_.clock.at.getTime() + 61_000)
      const rest = new AbortController()
      await continueCenterImports({ world: it_, signal: rest.signal, touch: async () => undefined })
      expect(await findCenterImport(begun.id)).to.include({ state: 'done', done: 510, added: 510 })
    })

    it('is for managers of that program alone', async () => {
      const id = 'foreign'
      await insertCenterImport(foreign(id), '')
      expect((await max.get(to(paths.centerImport, { id }))).status).to.equal(404)
    })
  })
})

const foreign = (id: string) => ({
  id,
  communityId: 'another',
  by: 'Mel',
  accountId: 'mel',
  at: new Date(),
  touchedAt: new Date(),
  fileName: 'x.json',
  format: 'json' as const,
  dryRun: true,
  state: 'done' as const,
  read: 0,
  total: 0,
  done: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  refused: [],
})
