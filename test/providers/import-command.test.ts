import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keepCourses, keepLearners } from '../support/build-evidence.js'
import { countAll, databaseUri, emptyDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'

const command = fileURLToPath(new URL('../../src/commands/import.ts', import.meta.url))
const folder = makeFolder('import')

const fileOf = (content: string) => {
  const file = join(folder, 'roster.csv')
  writeFileSync(file, content)
  return file
}

const run = (...args: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', command, ...args], {
      env: { ...process.env, MONGODB_URI: databaseUri(), DATA_DIR: folder, NODE_ENV: 'test' },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.on('close', (code) => {
      resolve({ code, out, err })
    })
  })

describe('Importing from the command line', function () {
  this.timeout(60_000)

  beforeEach(async () => {
    await emptyDatabase()
    await keepCourses()
    await keepLearners(3)
  })

  it('reads the file with a bar, and lists what was refused', async () => {
    const rows = ['l0@example.org,html,2015-02-01', 'l1@example.org,cobol,2015-02-01']
    const { code, out, err } = await run(fileOf(['email,course,completed_on', ...rows].join('\n')))

    expect(out).to.contain('done: 2 read, 1 recorded, 0 known already, 1 cells refused')
    expect(err).to.contain('rows [=').and.to.contain('row 3, course: We do not know this course')
    expect(code).to.equal(0)
    expect(await countAll('evidence')).to.equal(1)
  })

  it('says in words why a file is refused whole', async () => {
    const { code, err } = await run(fileOf('a;b\n'))

    expect(err).to.contain('header: The first line must name the columns')
    expect(code).to.equal(1)
    expect(await countAll('imports')).to.equal(0)
  })

  it('says how it is used, and when there is no such file or provider', async () => {
    const answers = [
      await run(),
      await run('/nowhere.csv'),
      await run(fileOf(''), '--provider', 'x'),
    ]

    expect(answers.map(({ code }) => code)).to.deep.equal([2, 2, 2])
    expect(answers[0]?.err).to.contain('npm run import -- FILE')
    expect(answers[1]?.err).to.contain('There is no file')
    expect(answers[2]?.err).to.contain('treehouse')
  })
})
