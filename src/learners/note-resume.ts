import type { ResumeFile } from '../resumes/resume.js'
import { putResumeFile } from './learner-store.js'
import { refreshSummaries } from './refresh-summaries.js'

/**
 * Notes which file is a learner's résumé, none when undefined, and returns the one it takes the place of; may make them
 * job-ready, so their summary follows.
 */
export async function noteResume(
  learnerId: string,
  file: ResumeFile | undefined,
  now: Date,
): Promise<ResumeFile | undefined> {
  const last = await putResumeFile(learnerId, file)
  await refreshSummaries([learnerId], now)
  return last
}
