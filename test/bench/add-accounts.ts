import { insertAccounts } from '../../src/access/account-store.js'
import { findOrganizationBySlug } from '../../src/access/organization-store.js'
import { readConfig } from '../../src/config.js'
import { openDatabase } from '../../src/database.js'
import { newId } from '../../src/ids.js'
import { findLearnersByIds } from '../../src/learners/learner-store.js'
import { learnerIdsAfter } from '../../src/learners/learner-walk-store.js'

/** Gives every learner of a demonstration an account, so that lists of people have as many to read. */
const database = await openDatabase(readConfig())
const board = await findOrganizationBySlug('worksystems')
if (!board) throw new Error('no board')
for (let after = ''; ;) {
  const ids = await learnerIdsAfter(after, 1_000)
  const last = ids.at(-1)
  if (last === undefined) break
  const learners = await findLearnersByIds(ids)
  await insertAccounts(
    learners
      .filter(({ accountId }) => accountId === undefined)
      .map(({ id, name, email = `${id}@learner.example`, communityId, language }) => ({
        id: newId(),
        email,
        name,
        language,
        roles: [{ role: 'learner', organizationId: board.id, communityId }],
        learnerId: id,
        demonstration: true,
        joinedAt: new Date(),
      })),
  )
  after = last
}
await database.close()
process.exit(0)
