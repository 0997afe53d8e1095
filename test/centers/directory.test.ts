import { expect } from 'chai'
import mongoose from 'mongoose'
import { saveCenters, findCenter } from '../../src/centers/center-store.js'
import { edited, formOf, type EntryForm } from '../../src/centers/entry.js'
import { knownPlaces } from '../../src/centers/known-places.js'
import { milesBetween, placeNamed } from '../../src/centers/place.js'
import { paths, to, withQuery } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aCenter, keepCenters, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

describe('the directory of centers', () => {
  let it_: TestApp
  let sam: Person
  let tom: Person
  let anybody: Person

  const with_ = (id: string, name: string, city: string | undefined, facts: Partial<EntryForm>) => {
    const center = aCenter(id, { name, ...(city ? { city } : {}) })
    const bare = city
      ? center
      : Object.fromEntries(Object.entries(center).filter(([key]) => key !== 'city'))
    const made = bare as unknown as typeof center
    return edited(made, { ...formOf(made), ...facts }, '2015-03-01')
  }

  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    const people = await keepPeople()
    await keepCenters(
      with_('salem', 'Salem center', 'Salem', {
        languages: ['es', 'ru'],
        hours: 'MO,TU,WE,TH,FR 08:30-17:00',
        services: 'Resume workshop',
        accessibility: 'Ramp at the side door\nAutomatic doors',
        acceptingUntil: '2015-09-30',
        confirmed: true,
      }),
      with_('gresham', 'Gresham center', 'Gresham', {
        languages: ['es'],
        hours: 'MO 13:00-17:00',
        accepting: true,
        acceptingUntil: '2015-03-08',
      }),
      with_('bend', 'Bend center', 'Bend', { hours: '2015-03-09 closed; MO,TU 08:00-20:00' }),
      with_('somewhere', 'Somewhere center', undefined, {}),
    )
    sam = await signIn(it_.app, credentials(people.sam))
    tom = await signIn(it_.app, credentials(people.tom))
    anybody = visitor(it_.app)
  })

  const names = async (query: Record<string, string>) => {
    const $ = await anybody.read(withQuery(paths.centers, query))
    return $('#centers tbody th a')
      .map((_, link) => $(link).text())
      .get()
  }
  const ids = async (query: Record<string, string>) => {
    const answer = await anybody.api('get', withQuery('/centers', query))
    return (answer.body as { items: { id: string }[] }).items.map(({ id }) => id)
  }

  // The clock stands at noon of Monday, 9 March 2015.
  const searches: readonly (readonly [Record<string, string>, readonly string[]])[] = [
    [{ language: 'es' }, ['gresham', 'salem']],
    [{ language: 'ru', q: 'sal' }, ['salem']],
    [{ open: 'now' }, ['salem']],
    [{ open: 'MO' }, ['gresham', 'salem']],
    [{ open: 'TU' }, ['bend', 'salem']],
    [{ service: 'resume work' }, ['salem']],
    [{ service: 'plumbing' }, []],
    [{ near: 'Salem', language: 'es' }, ['salem', 'gresham']],
    [{ near: 'portland, or', accepting: 'true' }, ['north', 'south', 'salem', 'bend', 'somewhere']],
  ]
  for (const [query, found] of searches)
    it(`answers ${new URLSearchParams(query).toString()} alike by page and API`, async () => {
      const byApi = await ids(query)
      const centers = await Promise.all(byApi.map((id) => findCenter(id)))

      expect(byApi).to.deep.equal(found)
      expect(await names(query)).to.deep.equal(centers.map((center) => center?.name))
    })

  it('is found by a whole name, single letters in it or not', async () => {
    await saveCenters([
      aCenter('cda', { name: "Coeur d'Alene center", city: "Coeur d'Alene", state: 'ID' }),
      with_('carrera', 'Centro de empleo y carrera', 'Salem', {
        services: 'Currículum y entrevistas',
      }),
    ])
    try {
      expect(await ids({ q: "coeur d'alene" })).to.deep.equal(['cda'])
      expect(await ids({ q: 'Centro de empleo y carrera' })).to.deep.equal(['carrera'])
      expect(await ids({ service: 'curriculum y entrevistas' })).to.deep.equal(['carrera'])
      expect(await ids({ q: 'y' })).to.deep.equal([])
    } finally {
      await mongoose.connection
        .collection<{ _id: string }>('centers')
        .deleteMany({ _id: { $in: ['cda', 'carrera'] } })
    }
  })

  it('leads on from a search by what most centers have not told', async () => {
    const told = await anybody.read(
      withQuery(paths.centers, { near: 'Salem', language: 'vi', accepting: 'true' }),
    )
    const named = await anybody.read(withQuery(paths.centers, { q: 'nowhere' }))

    expect(told('.empty').text()).to.contain('have not told us yet')
    const rest = told('.empty a').attr('href') ?? ''
    expect(rest).to.equal(withQuery(paths.centers, { near: 'Salem', accepting: 'true' }))
    expect((await anybody.read(rest))('#centers tbody tr').length).to.be.greaterThan(0)
    expect(named('.empty a').attr('href')).to.equal(paths.centers)
  })

  it('says whom to call where no way to reach a center is known', async () => {
    const unknown = await anybody.read(to(paths.center, { id: 'somewhere' }))
    expect(unknown('main').text()).to.contain('1-877-872-5627')

    const ways: readonly Partial<EntryForm>[] = [
      { phone: '(503) 555-0100' },
      { email: 'front@example.org' },
      { website: 'https://example.org/' },
    ]
    try {
      for (const way of ways) {
        await saveCenters([with_('reached', 'Reached center', 'Salem', way)])
        const known = await anybody.read(to(paths.center, { id: 'reached' }))
        expect(known('main').text()).not.to.contain('1-877')
      }
    } finally {
      await mongoose.connection.collection<{ _id: string }>('centers').deleteOne({ _id: 'reached' })
    }
  })

  it('pages through the nearest first, each center once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = await anybody.api(
        'get',
        withQuery('/centers', { near: 'Bend', limit: '2', cursor }),
      )
      const { items, next } = answer.body as { items: { id: string }[]; next?: string }
      seen.push(...items.map(({ id }) => id))
      cursor = next
    } while (cursor !== undefined)

    expect(seen).to.have.length(6)
    expect(new Set(seen).size).to.equal(6)
    expect(seen[0]).to.equal('bend')
    expect(seen.at(-1)).to.equal('somewhere')
  })

  it('says that a place is unknown rather than guess where it is', async () => {
    const $ = await anybody.read(withQuery(paths.centers, { near: 'Grshm' }))
    const answer = await anybody.api('get', '/centers?near=Grshm')

    expect($('.note--warning').text()).to.contain('Grshm').and.to.contain('Gresham'.slice(0, 2))
    expect($('#centers tbody tr')).to.have.length(6)
    expect(answer.status).to.equal(422)
  })

  it('measures like the great circle: Portland to Salem is 43 to 46 miles', () => {
    const { index } = knownPlaces()
    const [portland, salem] = ['Portland', 'salem, OR'].map((name) => placeNamed(index, name))
    if (!portland || !salem) throw new Error('a town is missing')

    expect(milesBetween(portland, salem)).to.be.within(43, 46)
    expect(milesBetween(portland, portland)).to.equal(0)
    expect(
      milesBetween({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 }),
    ).to.be.closeTo(12436.8, 0.5)
  })

  it('draws the towns it lists, without a third party, and leads from the picture to the table', async () => {
    const $ = await anybody.read(withQuery(paths.centers, { near: 'Salem' }))

    const towns = $('.townmap svg desc').text()
    for (const town of ['Salem', 'Gresham', 'Bend']) expect(towns).to.contain(town)
    expect($('.townmap').find('img, image, iframe, script')).to.have.length(0)
    expect($('.townmap figcaption a').attr('href')).to.equal('#centers-caption')
    expect($('#centers-caption')).to.have.length(1)
  })

  it('says of each place how one gets in and how long referrals are taken', async () => {
    const facts = (await anybody.read(to(paths.center, { id: 'salem' })))('main').text()
    expect(facts).to.contain('Ramp at the side door').and.contain('Automatic doors')
    expect(facts)
      .to.match(/Takes referrals until\s+September 30, 2015/)
      .and.contain('Checked on March 1, 2015')
  })

  it('refuses a search it does not understand', async () => {
    for (const query of ['open=XX', 'language=<b>', 'accepting=maybe', 'cursor=x', 'limit=0'])
      expect((await anybody.api('get', `/centers?${query}`)).status, query).to.equal(422)
  })

  it('gives the same view as a file', async () => {
    const answer = await anybody.get(withQuery(paths.centersCsv, { language: 'es' }))

    expect(answer.status).to.equal(200)
    expect(answer.text.trim().split('\r\n')).to.have.length(3)
    expect(answer.text).to.contain('MO,TU,WE,TH,FR 08:30-17:00')
  })

  const typed = { description: 'Help with jobs', version: '0', zone: 'America/Los_Angeles' }
  const edit = to(paths.editCenter, { id: 'north' })

  it('lets only the center’s own staff change its page', async () => {
    expect((await sam.get(edit)).status).to.equal(200)
    expect((await tom.get(edit)).status).to.equal(403)
    expect((await anybody.get(edit)).status).to.equal(303)
    expect((await sam.get(to(paths.editCenter, { id: 'nowhere' }))).status).to.equal(404)
    const posted = await tom.submit(
      to(paths.editCenter, { id: 'south' }),
      { ...typed, step: 'save' },
      edit,
    )
    expect(posted.status).to.equal(403)
  })

  it('shows a change before it keeps it, and says what was checked', async () => {
    const shown = await sam.submit(edit, { ...typed, phone: '503-555-0100', confirmed: 'true' })
    expect(shown.status).to.equal(200)
    expect(shown.text).to.contain('503-555-0100')
    expect((await findCenter('north'))?.phone).to.equal(undefined)

    const kept = await sam.submit(edit, {
      ...typed,
      phone: '503-555-0100',
      hours: 'MO 09:00-12:00',
      languages: ['en', 'es'],
      confirmed: 'true',
      step: 'save',
    })
    expect(kept.status).to.equal(303)
    expect(await findCenter('north')).to.include({
      phone: '503-555-0100',
      verifiedOn: '2015-03-09',
      version: 1,
      acceptingReferrals: false,
    })
    const $ = await anybody.read(to(paths.center, { id: 'north' }))
    expect($('#hours tbody tr').first().text()).to.contain('Monday').and.to.contain('09:00–12:00')
    expect($('.note--warning')).to.have.length(0)
  })

  it('tells the second of two people who change it at once', async () => {
    const later = await sam.submit(edit, { ...typed, description: 'Other words', step: 'save' })

    expect(later.status).to.equal(409)
    expect(later.text).to.contain('Someone changed this page')
    expect((await findCenter('north'))?.listing?.description).to.equal('Help with jobs')
  })

  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['email', { email: 'nobody' }],
    ['website', { website: 'javascript:alert(1)' }],
    ['phone', { phone: 'call us' }],
    ['postalCode', { postalCode: '9721' }],
    ['hours', { hours: 'whenever' }],
    ['zone', { zone: 'Mars/Olympus' }],
    ['languages', { languages: 'Spanish' }],
    ['acceptingUntil', { acceptingUntil: '2015-02-30', accepting: 'true' }],
    ['acceptingUntil', { acceptingUntil: '2015-05-01' }],
    ['extension', { extension: '12a' }],
  ]
  for (const [field, facts] of wrong)
    it(`shows the form again for ${JSON.stringify(facts)}`, async () => {
      const answer = await sam.submit(edit, { ...typed, version: '1', ...facts })

      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain(`href="#field-${field}"`)
    })

  it('takes a referral on the last day and not after', async () => {
    const north = await findCenter('north')
    if (!north) throw new Error('north is gone')
    await saveCenters([{ ...north, acceptingReferrals: true, acceptingUntil: '2015-03-08' }])

    const $ = await anybody.read(to(paths.center, { id: 'north' }))

    expect($('.page-head .tag').text()).to.contain('Takes no referrals now')
  })
})
