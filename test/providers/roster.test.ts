import { expect } from 'chai'
import { batchesOf, longestLine, type CsvLine } from '../../src/providers/csv-lines.js'
import { checkedRoster, type RosterFile } from '../../src/providers/roster-file.js'
import { readRosterHeader, readRosterLines } from '../../src/providers/roster-input.js'
import { Problem } from '../../src/problems.js'

const now = new Date('2015-03-09T19:00:00Z')
const courses = new Map([
  ['css-basics', 'CSS Basics'],
  ['html', 'HTML'],
])
const terms = { provider: 'treehouse', courses, now }

async function* chunksOf(text: string | Buffer, size: number) {
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const linesOf = async (text: string, size = 7): Promise<CsvLine[]> => {
  const lines: CsvLine[] = []
  for await (const batch of batchesOf(chunksOf(text, size), { offset: 0, row: 1, size: 3 })) {
    lines.push(...batch.lines)
  }
  return lines
}

const header = 'email,course,completed_on'

const read = async (text: string) => {
  const [first, ...rest] = await linesOf(text)
  return readRosterLines(rest, readRosterHeader(first?.text), terms)
}

const check = async (content: string | Buffer, max = 1_000_000, size = 5) => {
  const file: RosterFile = { columns: [], rows: 0 }
  let passed = 0
  for await (const chunk of checkedRoster(chunksOf(content, size), max, file))
    passed += chunk.length
  return { ...file, passed }
}

const problemOf = async (content: string | Buffer, max?: number): Promise<Problem> => {
  try {
    await check(content, max)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('the file was accepted')
}

describe('The lines of a CSV file', () => {
  const text = 'a,b\r\n1,2\n\n , ,\n"x\n3,4'

  for (const size of [1, 2, 3, 100]) {
    it(`keep their number and place, in pieces of ${size} bytes`, async () => {
      expect(await linesOf(text, size)).to.deep.equal([
        { row: 1, text: 'a,b', isEnded: true },
        { row: 2, text: '1,2', isEnded: true },
        { row: 5, text: '"x', isEnded: true },
        { row: 6, text: '3,4', isEnded: false },
      ])
    })
  }

  it('can be read on from where any batch ended', async () => {
    const whole = await linesOf(text)
    const bytes = Buffer.from(text)

    for await (const { nextOffset, nextRow } of batchesOf(chunksOf(text, 4), {
      offset: 0,
      row: 1,
      size: 1,
    })) {
      const rest: CsvLine[] = []
      const place = { offset: nextOffset, row: nextRow, size: 9 }
      for await (const batch of batchesOf(chunksOf(bytes.subarray(nextOffset), 4), place)) {
        rest.push(...batch.lines)
      }
      expect(rest).to.deep.equal(whole.filter(({ row }) => row >= nextRow))
    }
  })

  it('are not kept in memory when they are too long, and the next one is read again', async () => {
    const lines = await linesOf(`a\n${'x'.repeat(longestLine + 1)}\nb\n`, 1000)

    expect(lines.map((line) => line.text)).to.deep.equal(['a', undefined, 'b'])
  })
})

describe('A roster', () => {
  it('gives one completion a row', async () => {
    const { rows, refused } = await read(`${header}\nAda@Example.org, css-basics ,2015-02-01\n`)

    expect(refused).to.deep.equal([])
    expect(rows).to.deep.equal([
      {
        row: 2,
        email: 'ada@example.org',
        fact: {
          provider: 'treehouse',
          kind: 'completion',
          item: 'css-basics',
          title: 'CSS Basics',
          courseSlug: 'css-basics',
          courseTitle: 'CSS Basics',
          earnedOn: '2015-02-01',
        },
      },
    ])
  })

  it('may name scores, exams and provider badges, with the columns in any order', async () => {
    const { rows, refused } = await read(
      `score,kind,item,${header}\n95.5,exam,final-web,a@b.org,css-basics,2015-02-01\n,provider-badge,912,a@b.org,,2015-02-01`,
    )

    expect(refused).to.deep.equal([])
    expect(
      rows.map(({ fact }) => [fact.kind, fact.item, fact.score, fact.courseSlug]),
    ).to.deep.equal([
      ['exam', 'final-web', 95.5, 'css-basics'],
      ['provider-badge', '912', undefined, undefined],
    ])
  })

  describe('lists a wrong cell by row and column, and reads the other rows:', () => {
    const wrong: [string, string, string][] = [
      ['nobody,html,2015-02-01', 'email', 'email'],
      [',html,2015-02-01', 'email', 'missing'],
      ['a@b.org,,2015-02-01', 'course', 'missing'],
      ['a@b.org,cobol,2015-02-01', 'course', 'unknownCourse'],
      ['a@b.org,html,', 'completed_on', 'missing'],
      ['a@b.org,html,2015-02-30', 'completed_on', 'day'],
      ['a@b.org,html,02/03/2015', 'completed_on', 'day'],
      ['a@b.org,html,2015-03-10', 'completed_on', 'dayOutOfRange'],
      ['a@b.org,html,0201-03-10', 'completed_on', 'dayOutOfRange'],
      ['"=HYPERLINK(""http://x"")",html,2015-02-01', 'email', 'formula'],
      ['@SUM(A1),html,2015-02-01', 'email', 'formula'],
      ['a@b.org,+html,2015-02-01', 'course', 'formula'],
      ['a@b.org,html', 'row', 'columns'],
      ['a@b.org,html,2015-02-01,more', 'row', 'columns'],
      ['a@b.org,"html,2015-02-01', 'row', 'badQuotes'],
      ['a@b.org,ht"ml,2015-02-01', 'row', 'badQuotes'],
      ['a@b.org,"html"x,2015-02-01', 'row', 'badQuotes'],
      ['x'.repeat(longestLine + 1), 'row', 'tooLong'],
    ]
    for (const [line, field, reason] of wrong) {
      it(line.slice(0, 60), async () => {
        const good = 'a@b.org,html,2015-02-01'
        const { rows, refused } = await read(`${header}\n${good}\n${line}\n${good}\n`)

        expect(refused).to.deep.equal([{ row: 3, field, reason }])
        expect(rows.map(({ row }) => row)).to.deep.equal([2, 4])
      })
    }

    it('a score over 100 or of words, an unknown kind, an exam without its id', async () => {
      const { refused } = await read(
        [
          `${header},score,kind,item`,
          'a@b.org,html,2015-02-01,101,,',
          'a@b.org,html,2015-02-01,good,,',
          'a@b.org,html,2015-02-01,,diploma,x',
          'a@b.org,html,2015-02-01,,exam,',
          'a@b.org,html,2015-02-01,,exam,two words',
          '',
        ].join('\n'),
      )

      expect(refused.map(({ field, reason }) => `${field} ${reason}`)).to.deep.equal([
        'score score',
        'score score',
        'kind kind',
        'item missing',
        'item item',
      ])
    })

    it('every wrong cell of a row', async () => {
      const { refused } = await read(`${header}\nnobody,cobol,soon\n`)

      expect(refused.map(({ field }) => field)).to.deep.equal(['email', 'course', 'completed_on'])
    })

    it('a last row that is cut off', async () => {
      const { rows, refused } = await read(`${header}\na@b.org,html,2015-02-01\nb@b.org,ht`)

      expect(rows).to.have.length(1)
      expect(refused).to.deep.equal([{ row: 3, field: 'row', reason: 'cutOff' }])
    })
  })
})

describe('A roster file', () => {
  it('is passed on whole and its rows are counted', async () => {
    const text = `\uFEFF${header}\r\nä@b.org,html,2015-02-01\r\nb@b.org,html,2015-02-01`

    expect(await check(text)).to.deep.equal({
      columns: ['email', 'course', 'completed_on'],
      rows: 2,
      passed: Buffer.byteLength(text),
    })
  })

  it('may hold a header alone', async () => {
    expect((await check(header)).rows).to.equal(0)
    expect((await check(`${header}\n`)).rows).to.equal(0)
  })

  describe('is refused whole:', () => {
    const headers = [
      '',
      'email;course;completed_on\n',
      'email,course\n',
      'e-mail,course,completed_on\n',
      'email,course,completed_on,grade\n',
      'email,course,completed_on,email\n',
      'email,course,completed_on,kind\n',
      '"email,course,completed_on\n',
      'a@b.org,html,2015-02-01\n',
      'x'.repeat(longestLine * 2),
    ]
    for (const text of headers) {
      it(`for the header ${JSON.stringify(text.slice(0, 40))}`, async () => {
        const problem = await problemOf(text)

        expect(problem.kind).to.equal('invalid')
        expect(problem.errors[0]?.field).to.equal('header')
      })
    }

    it('in UTF-16', async () => {
      const problem = await problemOf(Buffer.from(`\uFEFF${header}\n`, 'utf16le'))

      expect([problem.kind, problem.message]).to.deep.equal(['malformed', 'providers:roster.utf16'])
    })

    it('in UTF-16 without a mark', async () => {
      expect((await problemOf(Buffer.from(`${header}\n`, 'utf16le'))).kind).to.equal('malformed')
    })

    it('in Latin-1, naming the row', async () => {
      const text = `${header}\na@b.org,html,2015-02-01\nJosé@b.org,html,2015-02-01\n`
      const problem = await problemOf(Buffer.from(text, 'latin1'))

      expect(problem.kind).to.equal('malformed')
      expect(problem.errors[0]?.field).to.equal('row 3')
    })

    it('when it ends in the middle of a letter', async () => {
      const bytes = Buffer.from(`${header}\nä`)

      expect((await problemOf(bytes.subarray(0, -1))).errors[0]?.field).to.equal('row 2')
    })

    it('when it is larger than the limit, naming the limit', async () => {
      const problem = await problemOf(`${header}\n${'x\n'.repeat(100)}`, 100)

      expect([problem.kind, problem.params['limit']]).to.deep.equal(['too-large', 100])
    })

    it('when the upload breaks off', async () => {
      async function* broken() {
        yield Buffer.from(`${header}\n`)
        throw new Error('aborted')
      }
      const pass = async () => {
        for await (const chunk of checkedRoster(broken(), 100, { columns: [], rows: 0 })) {
          expect(chunk).to.have.length(header.length + 1)
        }
      }

      await pass().then(
        () => expect.fail('the file was accepted'),
        (error: unknown) =>
          expect(error).to.be.instanceOf(Problem).with.property('kind', 'malformed'),
      )
    })
  })
})
