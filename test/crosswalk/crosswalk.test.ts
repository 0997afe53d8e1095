import { expect } from 'chai'
import { saveOrganization } from '../../src/access/organization-store.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { ctdlNodes } from '../../src/crosswalk/crosswalk-ctdl.js'
import { saveTuition } from '../../src/crosswalk/tuition-store.js'
import { worthOf, type Tuition } from '../../src/crosswalk/tuition.js'
import { whatIf } from '../../src/crosswalk/what-if.js'
import { testApp, type TestApp } from '../support/app.js'
import { anOrganization, credentials } from '../support/build-access.js'
import { anAward } from '../support/build-learning.js'
import { adaFinished, anAgreement, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor } from '../support/person.js'

const rate = (change: Partial<Tuition> = {}): Tuition => ({
  collegeId: 'pcc',
  academicYear: '2023-24',
  centsPerCredit: 12_200,
  unit: 'quarter',
  source: 'pcc.example/tuition',
  ...change,
})

describe('what credit is worth', () => {
  const four = { collegeId: 'pcc', credits: 4, unit: 'quarter' as const }
  const table: [string, Parameters<typeof worthOf>[0], Tuition[], number | undefined][] = [
    ['credits times the rate', four, [rate()], 48_800],
    ['half credits to the cent', { ...four, credits: 1.25 }, [rate()], 15_250],
    [
      'the newest year',
      four,
      [rate({ academicYear: '2021-22', centsPerCredit: 1 }), rate()],
      48_800,
    ],
    ['unknown without tuition', four, [], undefined],
    ['unknown at another college', { ...four, collegeId: 'psu' }, [rate()], undefined],
    ['unknown in other credits', { ...four, unit: 'semester' }, [rate()], undefined],
  ]
  for (const [title, credit, tuition, cents] of table)
    it(`is ${title}`, () => {
      expect(worthOf(credit, tuition)?.cents).to.equal(cents)
    })
})

describe('what more badges would be worth', () => {
  const on = '2015-03-09'
  const both = anAgreement({ badges: { of: ['html', 'css'] } })
  const js = anAgreement({ series: 'js', course: 'CIS 1', badges: { of: ['js'] } })
  const held = [anAward('html', { awardedOn: '2015-01-01', evidenceLevel: 'provider-confirmed' })]

  it('is nothing new without badges', () => {
    expect(whatIf(held, [], [both, js], on).added).to.deep.equal([])
  })

  it('is what they add to those one has', () => {
    const { added } = whatIf(held, ['css'], [both, js], on)

    expect(added.map(({ agreement }) => agreement.series)).to.deep.equal(['cis-122'])
  })

  it('is nothing for a badge one has, and nothing for an agreement not in force', () => {
    expect(whatIf(held, ['html'], [both], on).added).to.deep.equal([])
    expect(whatIf([], ['js'], [{ ...js, to: '2015-03-08' }], on).added).to.deep.equal([])
  })
})

describe('an agreement as CTDL', () => {
  const setting = { baseUrl: 'https://waymark.example', badgeNames: new Map(), offered: true }
  const [profile, college, course, ...badges] = ctdlNodes(
    anAgreement({
      id: '6f1e5a52-1f0b-4a53-9d4c-8b9a7c1de001',
      demonstration: false,
      to: '2016-06-30',
    }),
    setting,
  )

  it('is a TransferValueProfile that names who decides, from when to when, and for what', () => {
    expect(profile).to.deep.include({
      '@type': 'ceterms:TransferValueProfile',
      'ceterms:ctid': 'ce-6f1e5a52-1f0b-4a53-9d4c-8b9a7c1de001',
      'ceterms:startDate': '2014-01-01',
      'ceterms:endDate': '2016-06-30',
      'ceterms:ownedBy': [college?.['@id']],
      'ceterms:transferValueFor': [course?.['@id']],
      'ceterms:transferValueFrom': badges.map((badge) => badge['@id']),
    })
  })

  it('has its credits with their unit as the registry publishes it', () => {
    const [value] = profile?.['ceterms:transferValue'] as Record<string, unknown>[]
    expect(value).to.deep.include({ '@type': 'ceterms:ValueProfile', 'schema:value': 4 })
    const [unit] = value?.['ceterms:creditUnitType'] as Record<string, unknown>[]
    expect(unit).to.deep.include({
      '@type': 'ceterms:CredentialAlignmentObject',
      'ceterms:framework': 'https://credreg.net/ctdl/terms/CreditUnit',
      'ceterms:targetNode': 'creditUnit:QuarterHour',
    })
  })

  it('says of an invented one that it is none, and keeps the internal note in', () => {
    const nodes = ctdlNodes(anAgreement({ internalNote: 'among us' }), setting)

    const text = JSON.stringify(nodes)
    expect(text).to.contain('lifeCycle:Developing').and.to.contain('Demonstration')
    expect(text).to.not.contain('among us')
    expect(text).to.not.contain('"ceterms:ctid"')
  })
})

describe('the crosswalk for everybody', () => {
  let world: TestApp
  const ids = (answer: { body: unknown }) =>
    (answer.body as { items: { id: string }[] }).items.map(({ id }) => id)

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await saveOrganization(anOrganization('treehouse', { kind: 'provider' }))
    await saveTuition([rate()])
    await insertAgreements([
      anAgreement({
        series: 'psu',
        collegeId: 'psu',
        collegeName: 'The psu',
        course: 'CS 161',
        courseTitle: 'Introducción a la programación',
        badges: { of: ['js'] },
        fills: 'requirement',
        internalNote: 'among us',
      }),
    ])
  })

  const table: [string, string[]][] = [
    ['?course=cis', ['cis-122-v1']],
    ['?course=CIS%20122', ['cis-122-v1']],
    ['?course=cis122', ['cis-122-v1']],
    ['?course=programming', ['cis-122-v1']],
    ['?course=introduccion', ['psu-v1']],
    ['?course=logic%20cis', ['cis-122-v1']],
    ['?course=ogic', []],
    ['?course=.*', ['cis-122-v1', 'psu-v1']],
    ['?fills=requirement', ['psu-v1']],
    ['?track=web', ['cis-122-v1', 'psu-v1']],
    ['?track=nothing', []],
    ['?track=web&badge=js', ['psu-v1']],
  ]
  for (const [query, found] of table)
    it(`${query} names ${found.join(', ') || 'nothing'}`, async () => {
      const answer = await visitor(world.app).api('get', `/crosswalk${query}`)

      expect(answer.status).to.equal(200)
      expect(ids(answer)).to.deep.equal(found)
    })

  it('says what credit is worth where that is known, and that it is not where not', async () => {
    const nobody = visitor(world.app)
    const { items } = (await nobody.api('get', '/crosswalk')).body as {
      items: { worth: unknown }[]
    }
    expect(items.map(({ worth }) => worth)).to.deep.equal([
      { usd: 488, academicYear: '2023-24', source: 'pcc.example/tuition' },
      null,
    ])

    const page = (await nobody.read('/crosswalk'))('#crosswalk').text()
    expect(page).to.contain('$488.00').and.to.contain('2023-24').and.to.contain('Not known')
  })

  it('is the same view as CSV, JSON and CTDL, and never the internal note', async () => {
    const nobody = visitor(world.app)
    const page = await nobody.read('/crosswalk?course=161')
    const links = page('a[download]')
      .map((_, link) => link.attribs['href'])
      .get()

    expect(links).to.deep.equal([
      '/crosswalk.csv?course=161',
      '/crosswalk.json?course=161',
      '/crosswalk.jsonld?course=161',
    ])
    const [csv, json, ctdl] = await Promise.all(links.map((link) => nobody.get(link)))
    expect(csv?.text.trim().split('\r\n')).to.have.length(2)
    expect(ids({ body: JSON.parse(json?.text ?? '') })).to.deep.equal(['psu-v1'])
    const graph = JSON.parse(ctdl?.text ?? '') as { '@context': string; '@graph': object[] }
    expect(ctdl?.type).to.equal('application/ld+json')
    expect(graph['@graph']).to.have.length(4)
    for (const answer of [csv, json, ctdl, await nobody.get('/crosswalk/agreements/psu-v1')])
      expect(answer?.text).to.not.contain('among us')
  })

  it('is an empty document when nothing is found', async () => {
    const nobody = visitor(world.app)

    const [json, ctdl] = await Promise.all(
      ['json', 'jsonld'].map((kind) => nobody.get(`/crosswalk.${kind}?badge=nothing`)),
    )
    expect(ids({ body: JSON.parse(json?.text ?? '') })).to.deep.equal([])
    expect(JSON.parse(ctdl?.text ?? '')).to.deep.include({ '@graph': [] })
  })

  it('names a college, course or badge once in CTDL', async () => {
    await insertAgreements([anAgreement({ series: 'twin', fills: 'requirement', credits: 2 })])

    const answer = await visitor(world.app).get('/crosswalk.jsonld')

    const { '@graph': graph } = JSON.parse(answer.text) as { '@graph': { '@id': string }[] }
    const all = graph.map((node) => node['@id'])
    expect(new Set(all).size).to.equal(all.length)
  })

  it('answers what if, by form and by call, without writing anything', async () => {
    const nobody = visitor(world.app)
    const call = await nobody.api('get', '/crosswalk/what-if?badge=html&badge=css&badge=js')
    expect(ids(call)).to.have.members(['cis-122-v1', 'psu-v1'])

    const page = await nobody.read(
      '/es/crosswalk/what-if?badge=html&badge=css&badge=&college=pcc&on=',
    )
    expect(page('#what-if tbody tr').length).to.equal(1)
    expect(page('select[name=badge] option[selected]').length).to.equal(2)
    expect((await nobody.read('/crosswalk/what-if'))('#what-if').length).to.equal(0)
    expect((await nobody.get('/crosswalk/what-if?on=2015-02-30')).status).to.equal(422)
  })

  it('answers what if on top of the own badges', async () => {
    await adaFinished(['html'])
    const ada = await signIn(world.app, credentials(people.ada))

    const page = await ada.read('/crosswalk/what-if?badge=css')

    expect(page('#what-if-answer').text()).to.equal('On top of your own, they add 1 course')
    expect(page('main').text()).to.contain('$488.00 in tuition')
  })

  it('offers no version whose successor no longer names the badge', async () => {
    await insertAgreements([
      anAgreement({ version: 2, from: '2015-02-01', badges: { of: ['git'] } }),
    ])
    await adaFinished(['html', 'css'])
    const ada = await signIn(world.app, credentials(people.ada))

    const { credits } = (await ada.api('get', '/me/record')).body as { credits: unknown[] }

    expect(credits).to.deep.equal([])
  })
})
