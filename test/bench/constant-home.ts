import express from 'express'
import { actorByAccount } from '../../src/access/by-session.js'
import { findAccountByEmail } from '../../src/access/account-store.js'
import { readConfig } from '../../src/config.js'
import { openDatabase } from '../../src/database.js'
import { readLanguage } from '../../src/http/language.js'
import { page, setUpPages } from '../../src/http/page.js'
import { requestLog } from '../../src/http/request-log.js'
import { securityHeaders, serveFiles } from '../../src/http/security.js'
import { wordsIn } from '../../src/http/words.js'
import { homeView } from '../../src/learners/home-view.js'
import { readHome } from '../../src/learners/read-home.js'
import { createLog } from '../../src/log.js'
import { navigationFor } from '../../src/navigation.js'

const config = readConfig()
const database = await openDatabase(config, { join: true })
const account = await findAccountByEmail('learner@example.org')
const actor = account && (await actorByAccount(account.id))
if (!actor) throw new Error('learner@example.org is not in this database')
const home = homeView(await readHome(actor, { now: () => new Date() }), wordsIn('en'))
await database.close()

setUpPages({ navigation: navigationFor, isDemonstration: () => true, cacheViews: true })
const app = express()
app.use(requestLog(createLog(config.logLevel)))
app.use(securityHeaders(false))
serveFiles(app)
app.use(readLanguage)
app.get('/readyz', (_req, res) => {
  res.json({})
})
app.get('/home', (req, res) => {
  req.user = actor
  page(req, res, 'learners/home', { title: 'learners:home.title', home })
})
app.listen(config.port, '127.0.0.1')
