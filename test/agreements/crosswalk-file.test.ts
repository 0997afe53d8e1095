import { expect } from 'chai'
import fc from 'fast-check'
import supertest from 'supertest'
import { academicYearOf, lastYears, spanOf } from '../../src/agreements/academic-year.js'
import { agreementsOfCollege, insertAgreements } from '../../src/agreements/agreement-store.js'
import { importCrosswalk } from '../../src/agreements/import-crosswalk.js'
import { saveCourse } from '../../src/agreements/course-store.js'
import { crosswalkRows, termsOfCells } from '../../src/agreements/crosswalk-file-input.js'
import { cellsOf } from '../../src/agreements/crosswalk-file.js'
import { termsOf } from '../../src/agreements/proposal-input.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { actorOf } from '../support/build-handoff.js'
import {
  adaFinished,
  anAgreement,
  keepConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const header = 'course,credits,unit,badges,from,level,fills,force,decided_by'
const row = 'CIS 195,3,quarter,js,2015-04-01,provider-confirmed,elective,binding,Dr. Kim'

describe('a row of the crosswalk file', () => {
  it('says the same after it went out and in', () => {
    const text = fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,20}[a-z]$/)
    fc.assert(
      fc.property(
        fc.record({
          credits: fc.integer({ min: 1, max: 20 }),
          unit: fc.constantFrom('quarter' as const, 'semester' as const),
          fills: fc.constantFrom('requirement' as const, 'elective' as const),
          mayShareBadges: fc.boolean(),
          conditions: text,
          note: text,
        }),
        fc.boolean(),
        (change, isAdvisory) => {
          const agreement = anAgreement({
            ...change,
            ...(isAdvisory && { advisory: true }),
            decidedBy: 'Dr. Kim',
            maxAgeMonths: 12,
          })
          const cells = Object.fromEntries(
            Object.entries(cellsOf(agreement)).map(([key, value]) => [key, String(value)]),
          )
          const read = termsOfCells(cells)

          if (!('form' in read)) throw new Error(JSON.stringify(read))
          expect(agreement).to.deep.include({
            ...termsOf(read.form, undefined),
            courseTitle: 'Programming Logic',
          })
        },
      ),
    )
  })

  const files: [string, string][] = [
    ['nothing', ''],
    ['an unknown column', 'course,credits,unit,badges,from,color\n'],
    ['a column twice', 'course,credits,unit,badges,from,from\n'],
    ['a column missing', 'course,credits,unit,badges\n'],
    ['an open quote', `${header}\n"CIS 195,3\n`],
    ['too many rows', `${header}\n${`${row}\n`.repeat(2_001)}`],
  ]
  for (const [title, text] of files)
    it(`is not read from a file with ${title}`, () => {
      expect(() => crosswalkRows(text)).to.throw()
    })

  it('is read with its line, in any order of columns, with a byte order mark', () => {
    const rows = crosswalkRows(
      '\ufefffrom,badges,unit,credits,Course\r\n2015-04-01,js,quarter,3,X 1\r\n',
    )

    expect(rows).to.deep.equal([
      {
        row: 2,
        cells: { from: '2015-04-01', badges: 'js', unit: 'quarter', credits: '3', course: 'X 1' },
      },
    ])
  })
})

describe('an academic year', () => {
  const table: [string, string][] = [
    ['2015-06-30', '2014-15'],
    ['2015-07-01', '2015-16'],
    ['1999-12-31', '1999-00'],
  ]
  for (const [day, name] of table)
    it(`of ${day} is ${name}`, () => {
      expect(academicYearOf(day)).to.equal(name)
    })

  it('ends where the next begins', () => {
    expect(spanOf('2014-15').until).to.deep.equal(spanOf('2015-16').from)
    expect(lastYears('2015-03-09', 2)).to.deep.equal(['2014-15', '2013-14'])
  })
})

describe("a college's crosswalk as a file", () => {
  let world: TestApp
  let cora: Person
  const send = async (content: string, dryRun = false) => {
    const sent = await cora.upload(
      '/college/agreements/import',
      { name: 'crosswalk.csv', content },
      dryRun ? { dryRun: 'true' } : {},
    )
    expect(sent.status, sent.text.slice(0, 500)).to.equal(303)
    return cora.read(sent.headers['location'] ?? '')
  }
  const own = () => agreementsOfCollege('pcc')

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    for (const [code, title, credits] of [
      ['CIS 122', 'Programming Logic', 4],
      ['CIS 195', 'Web Development', 3],
    ] as const)
      await saveCourse({
        collegeId: 'pcc',
        code,
        title,
        credits,
        unit: 'quarter',
        topics: [],
        status: 'offered',
      })
    cora = await signIn(world.app, credentials(people.cora))
  })

  it('makes one series of a new row that comes in twice at once, also where the two differ', async () => {
    const actor = await actorOf(people.cora)
    const read = (text: string) =>
      importCrosswalk({ text, fileName: 'a.csv', dryRun: false }, actor, world.ports)
    const other = row.replace(',3,quarter', ',2,quarter')

    const same = await Promise.all(Array.from({ length: 4 }, () => read(`${header}\n${row}\n`)))
    expect(same.map(({ recorded }) => recorded).sort()).to.deep.equal([0, 0, 0, 1])
    expect(same.flatMap(({ refused }) => refused)).to.deep.equal([])
    const of195 = async () => (await own()).filter(({ course }) => course === 'CIS 195')
    expect(await of195()).to.have.length(1)

    const files = [
      `${header}\n${row.replace('js', 'css')}\n`,
      `${header}\n${other.replace('js', 'css')}\n`,
    ]
    const came = await Promise.all(files.map(read))
    expect(came.map(({ recorded }) => recorded).sort()).to.deep.equal([0, 1])
    const late = came.flatMap(({ refused }) => refused).map(({ message }) => message)
    expect(late, 'the later one would begin on the same day').to.deep.equal([
      'agreements:error.startsTooEarly',
    ])
    const versions = (await of195()).filter(({ badges }) => badges.of.includes('css'))
    expect(versions.map(({ version }) => version)).to.deep.equal([1])
  })

  it('counts as published only what it published, when two people send it at once', async () => {
    await insertAgreements([anAgreement()])
    const changed = row.replace('CIS 195,3', 'CIS 122,3').replace(',js,', ',html css,')
    const file = {
      text: `series,${header}\ncis-122,${changed}\n`,
      fileName: 'x.csv',
      dryRun: false,
    }
    const cora = await actorOf(people.cora)
    const done = await Promise.all([1, 2, 3].map(() => importCrosswalk(file, cora, world.ports)))

    expect((await own()).map(({ version }) => version)).to.have.members([1, 2])
    expect(done.reduce((sum, { recorded }) => sum + recorded, 0)).to.equal(1)
    for (const { recorded, alreadyKnown, refused } of done)
      expect(recorded + alreadyKnown + Math.min(1, refused.length)).to.equal(1)
  })

  it('publishes new agreements, once however often it is sent', async () => {
    const first = await send(`${header}\n${row}\n`)
    expect(first('.note').text()).to.contain('1 row was published')
    const again = await send(`${header}\n${row}\n`)

    expect(again('.stat').eq(1).text()).to.match(/1\s+in force already/)
    expect((await own()).map(({ course, version }) => [course, version])).to.deep.equal([
      ['CIS 122', 1],
      ['CIS 195', 1],
    ])
    expect((await own())[1]).to.deep.include({
      courseTitle: 'Web Development',
      decidedBy: 'Dr. Kim',
      badgeVersions: [{ slug: 'js', version: 1 }],
    })
  })

  it('changes nothing in a dry run, and says what it would do', async () => {
    const page = await send(`${header}\n${row}\n`, true)

    expect(page('.note').text()).to.contain('1 row would be published')
    expect(await own()).to.have.length(1)
  })

  it('takes good rows and names what is wrong with each other one', async () => {
    const page = await send(
      [
        header,
        row,
        'CIS 999,3,quarter,js,2015-04-01,provider-confirmed,elective,binding,Dr. Kim',
        'CIS 195,3,,html,2015-04-01,provider-confirmed,elective,binding,Dr. Kim',
        'CIS 195,30,quarter,css,2015-02-30,provider-confirmed,elective,binding,',
        'CIS 195,3,quarter,nothing,2015-04-01,provider-confirmed,elective,binding,Dr. Kim',
      ].join('\n'),
    )

    const refusals = page('#refused tbody tr')
      .map((_, tr) => page(tr).find('th,td').slice(0, 2).text().replace(/\s+/g, ' ').trim())
      .get()
    expect(refusals.map((text) => text.replace(/(\d+) ?/, '$1 '))).to.deep.equal([
      '3 course',
      '4 unit',
      '5 from',
      '5 decided_by',
      '6 badges',
    ])
    expect(page('#refused').text()).to.not.contain('credits:')
    expect(await own()).to.have.length(2)
  })

  it('goes out and in again without a change, and a changed row becomes the next version', async () => {
    await insertAgreements([
      anAgreement({
        series: 'js',
        course: 'CIS 195',
        courseTitle: 'Web Development',
        badges: { of: ['js'] },
        credits: 3,
        decidedBy: 'Dr. Kim',
      }),
    ])
    const csv = (await cora.get('/college/agreements.csv')).text
    const named = csv.replace(/,binding,2014-01-01,,,/, ',binding,2014-01-01,,Dr. Lee,')
    const same = await send(named)
    expect(same('.stat').eq(1).text()).to.match(/2\s+in force already/)

    const changed = await send(
      named
        .replace(/js,CIS 195,3,/, 'js,CIS 195,2,')
        .replace(/2014-01-01,,Dr. Kim/, '2015-04-01,,Dr. Kim'),
    )

    expect(changed('.stat').eq(1).text()).to.match(/1\s+in force already/)
    expect(
      (await own()).filter(({ series }) => series === 'js').map(({ credits }) => credits),
    ).to.deep.equal([3, 2])
  })

  it('cannot add to the agreements of another college', async () => {
    await insertAgreements([anAgreement({ series: 'psu', collegeId: 'psu' })])

    const page = await send(`series,${header}\npsu,${row}\n`)

    expect(page('#refused').text()).to.contain('no such agreement')
    expect(await agreementsOfCollege('psu')).to.have.length(1)
  })

  const broken: [string, string | Buffer, number][] = [
    ['no CSV', `${header}\n"CIS`, 400],
    ['another encoding', Buffer.from([0xff, 0xfe, 0x41, 0x00]), 400],
    ['a wrong header', 'a,b\n1,2\n', 422],
    ['too many bytes', `${header}\n${'x'.repeat(1_000_001)}`, 413],
  ]
  for (const [title, content, status] of broken)
    it(`is refused whole with ${title}`, async () => {
      const answer = await cora.upload('/college/agreements/import', { name: 'x.csv', content })

      expect(answer.status).to.equal(status)
      expect(answer.text).to.contain('field-file-error')
      expect(await own()).to.have.length(1)
    })

  it('counts what was given in a year, by course', async () => {
    await adaFinished(['html', 'css'])
    await keepConsent()
    const ada = await signIn(world.app, credentials(people.ada))
    const claim = (await ada.api('post', '/claims', { agreement: 'cis-122-v1' })).body as {
      id: string
    }
    await cora.api('post', `/claims/${claim.id}/decisions`, {
      decision: 'part',
      credits: 2.5,
      reason: 'half',
    })

    const page = await cora.read('/es/college/credit-report')
    expect(page('#report tbody tr').length).to.equal(1)
    expect(page('#report tbody').text()).to.contain('2.5 créditos trimestrales')
    expect((await cora.read('/college/credit-report?year=2013-14'))('#report').length).to.equal(0)
    const csv = await cora.get('/college/credit-report.csv?year=2014-15')
    expect(csv.text.trim().split('\r\n')[1]).to.equal('2014-15,CIS 122,quarter,0,1,0,2.5,0')
    expect((await cora.get('/college/credit-report?year=2014-16')).status).to.equal(422)
    expect((await cora.api('get', '/credit-report?year=2014-15')).body).to.deep.equal({
      year: '2014-15',
      learners: 1,
      courses: [
        {
          course: 'CIS 122',
          unit: 'quarter',
          granted: 0,
          part: 1,
          refused: 0,
          revoked: 0,
          credits: 2.5,
        },
      ],
    })
    expect((await cora.api('get', '/credit-report?year=2014-16')).status).to.equal(422)
  })

  it('is taken in by the API too, with the same answer again later', async () => {
    const signedIn = await supertest(world.app)
      .post('/api/v1/tokens')
      .send(credentials(people.cora))
    const { accessToken } = signedIn.body as { accessToken: string }
    const post = (content: string, query = '', type = 'text/csv') =>
      supertest(world.app)
        .post(`/api/v1/crosswalk-imports${query}`)
        .set('Authorization', `Bearer ${accessToken}`)
        .set('Content-Type', type)
        .send(content)
    const file = `${header}\n${row}\nCIS 999,3,quarter,js,2015-04-01,provider-confirmed,elective,binding,Dr. Kim\n`

    const tried = await post(file, '?dryRun=true')
    expect(tried.status, tried.text).to.equal(201)
    expect(tried.body).to.deep.include({ dryRun: true, read: 2, recorded: 1, alreadyKnown: 0 })
    expect(await own()).to.have.length(1)
    const done = (await post(file)).body as {
      id: string
      refused: { row: number; field: string }[]
    }
    expect(done.refused[0]).to.deep.include({ row: 3, field: 'course' })
    expect(await own()).to.have.length(2)
    expect((await cora.api('get', `/crosswalk-imports/${done.id}`)).body).to.deep.equal(done)
    expect((await post(file)).body).to.deep.include({ recorded: 0, alreadyKnown: 1 })
    expect((await post('no,such,columns\n')).status).to.equal(422)
    expect((await post(file, '', 'application/xml')).status).to.equal(400)
  })

  it('tells by the API too which agreements to look at again', async () => {
    await saveCourse({ collegeId: 'pcc', code: 'CIS 122', topics: [], status: 'withdrawn' })

    const listed = await cora.api('get', '/agreements/stale')
    const body = listed.body as { items: { reasons: object[] }[] }

    expect(body).to.have.nested.property('items[0].agreement', 'cis-122-v1')
    expect(body.items[0]?.reasons).to.deep.include({
      kind: 'courseWithdrawn',
      badge: null,
    })
  })
})
