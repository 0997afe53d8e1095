import { wordsIn } from '../http/words.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { resumeBytes } from '../resumes/resume-store.js'
import { fileNames } from '../resumes/resume.js'
import { fileLasts, leaseLasts } from './data-file.js'
import {
  dropStored,
  noteFailure,
  noteReady,
  store,
  takeDataFile,
  tellDone,
  type TakenFile,
} from './data-file-store.js'
import { htmlText, jsonText, type HeldRows } from './data-view.js'
import { findWholeSubject } from './find-subject.js'
import { shownRow, type Row, type Subject } from './holding.js'
import { rowsHeld } from './holding-store.js'
import { holdings } from './holdings.js'
import { zipOf, type ZippedText } from './zip.js'

const tellEvery = 500

/** Everything held about the person, collection by collection; `tell` hears of every row. */
async function* heldBy(subject: Subject, tell: () => Promise<void>): AsyncGenerator<HeldRows> {
  for (const holding of holdings) {
    const rows = async function* (): AsyncGenerator<Row> {
      for await (const row of rowsHeld(holding, subject)) {
        await tell()
        yield shownRow(row, holding, subject)
      }
    }
    yield { collection: holding.collection, rows: rows() }
  }
}

/** The résumé as the file it is; rows of a table show that it is there. */
async function resumeIn({ learnerId }: Subject): Promise<ZippedText[]> {
  const file = (await findLearner(learnerId))?.resumeFile
  const bytes = file && (await resumeBytes(file.id))
  return bytes ? [{ name: fileNames[file.type], text: [bytes] }] : []
}

async function write(file: TakenFile, subject: Subject, ports: Pick<Ports, 'now'>) {
  const at = ports.now()
  let seen = 0
  // Both texts read every row once: half a row's work each.
  const tell = async () => {
    seen += 1
    if (seen % tellEvery === 0) await tellDone(file, Math.floor(seen / 2), leaseLasts(ports.now()))
  }
  const words = wordsIn(file.language)
  const files = [
    { name: 'my-data.html', text: htmlText(heldBy(subject, tell), at, words) },
    { name: 'my-data.json', text: jsonText(heldBy(subject, tell), at) },
  ]
  const resume = await resumeIn(subject)
  const bytes = await store(file.fileId, zipOf([...files, ...resume], at))
  return { bytes, done: Math.ceil(seen / 2), readyAt: at, expiresAt: fileLasts(at) }
}

/** Makes a learner's file if it was asked for and nobody is at it. A failure is noted and thrown; a later try may mend it. */
export async function makeDataFile(learnerId: string, ports: Pick<Ports, 'now'>): Promise<void> {
  const now = ports.now()
  const file = await takeDataFile(learnerId, newId(), now, leaseLasts(now))
  if (!file) return
  try {
    if (file.left !== undefined) await dropStored(file.left)
    const subject = await findWholeSubject(learnerId)
    if (!subject) throw new Error(`Learner ${learnerId} is gone`)
    if (!(await noteReady(file, await write(file, subject, ports)))) await dropStored(file.fileId)
  } catch (error) {
    await noteFailure(file, ports.now())
    throw error
  }
}
