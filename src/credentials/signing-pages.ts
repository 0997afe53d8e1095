import { managedCommunity } from '../access/managed-community.js'
import { page, redirect } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import type { World } from '../world.js'
import { signingPage } from './signing-view.js'
import { readSigning, wantSigning } from './want-signing.js'

/** A manager has every badge signed in the background and watches how far it is. */
export function signingPages({ ports }: World) {
  const routes = pageRoutes()
  routes.get(paths.signBadges, 'manage signed badges', async (req, res) => {
    const signing = signingPage(await readSigning(actorOf(req)), wordsOf(req))
    page(req, res, 'credentials/signing', { title: 'credentials:signing.title', signing, paths })
  })
  routes.post(paths.signBadges, 'manage signed badges', async (req, res) => {
    await wantSigning(managedCommunity(actorOf(req)), ports)
    await hurryJob('sign everything')
    redirect(req, res, paths.signBadges)
  })
  return routes
}
