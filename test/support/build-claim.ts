import { claimAnswer } from '../../src/credits/credit-view.js'
import { testApp } from './app.js'
import { anAccount, credentials, keep } from './build-access.js'
import { adaFinished, keepConsent, keepWorld, people } from './build-record.js'
import { emptyDatabase } from './database.js'
import { signIn, type Person } from './person.js'

/** A second registrar of PCC, beside Cora. */
export const rita = anAccount('Rita Registrar', 'college', 'pcc')

/** An empty program where Ada claimed credit of `cis-122-v1`, and everybody who may move that claim is signed in. */
export async function aClaimAtPcc() {
  await emptyDatabase()
  const world = testApp()
  await keepWorld()
  await keep(rita)
  await adaFinished(['html', 'css'])
  await keepConsent()
  const as = (account: typeof rita) => signIn(world.app, credentials(account))
  const [ada, cora, other] = await Promise.all([as(people.ada), as(people.cora), as(rita)])
  const filed = await ada.api('post', '/claims', { agreement: 'cis-122-v1' })
  return { world, as, ada, cora, other, id: claimAnswer.parse(filed.body).id }
}

export const decideOn = (id: string, person: Person, body: object) =>
  person.api('post', `/claims/${id}/decisions`, body)
