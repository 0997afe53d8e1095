import { createHash } from 'node:crypto'
import type { LearnerRecord } from '../learners/record.js'
import { resumeBytes } from '../resumes/resume-store.js'
import type { PacketResume } from './packet.js'

/** What a packet says of the résumé in a record that was cut: nothing where it is not covered, or is gone since. */
export async function attachResume({
  resumeFile: file,
}: Pick<LearnerRecord, 'resumeFile'>): Promise<PacketResume | undefined> {
  const bytes = file && (await resumeBytes(file.id))
  return bytes && { file, sha256: createHash('sha256').update(bytes).digest('hex') }
}
