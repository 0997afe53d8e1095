import { findPrograms } from '../communities/program-store.js'
import { refused } from '../problems.js'

/** The programs one may register with, for a select. */
export const programChoices = async () =>
  (await findPrograms()).map(({ communityId, name }) => ({ value: communityId, label: name }))

/** The community of the one program there is. Throws refused when there are several: then one must be chosen. */
export async function onlyProgram(): Promise<string> {
  const [first, second] = await findPrograms()
  if (!first || second) throw refused('access:problem.chooseProgram')
  return first.communityId
}
