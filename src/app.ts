import express, { type Express } from 'express'
import passport from 'passport'
import { accountOfSession, setUpPassport } from './access/by-session.js'
import { actorByToken } from './access/by-token.js'
import { mongoClient } from './database.js'
import { apiFeatures, pageFeatures } from './features.js'
import { firstRun } from './home/first-run.js'
import { readBearer } from './http/bearer.js'
import { answerAsJson, answerAsPage } from './http/errors.js'
import { readLanguage, say } from './http/language.js'
import { setUpPages } from './http/page.js'
import { paths } from './http/paths.js'
import { requestLog } from './http/request-log.js'
import { securityHeaders, serveFiles } from './http/security.js'
import { checkCsrf, sessions } from './http/sessions.js'
import { watchSharedComputer } from './http/shared-computer.js'
import { setUpMail } from './messages/deliver-mail.js'
import { outboxSources } from './messages/sources.js'
import { navigationFor } from './navigation.js'
import { notFound } from './problems.js'
import { markReference } from './seeding/english-texts.js'
import type { World } from './world.js'

/** The web application: one ordered list, from the request's id to the last error handler. */
export function createApp(world: World): Express {
  const { config, secrets, log } = world
  const secure = config.baseUrl.startsWith('https:')
  const app = express()

  app.disable('x-powered-by')
  app.set('trust proxy', config.trustProxy === '' ? false : trustOf(config.trustProxy))
  app.set('query parser', 'simple')
  setUpPassport()
  setUpMail({
    ports: world.ports,
    setting: { say, baseUrl: config.baseUrl, secret: secrets.token },
    sources: outboxSources,
    onError: (err) => {
      log.error({ err }, 'a round of mail failed')
    },
  })
  setUpPages({
    navigation: navigationFor,
    isDemonstration: () => firstRun.demonstration,
    markEnglish: markReference,
    // From source while developing, a changed view shows at the next request.
    cacheViews: config.mode !== 'development' || import.meta.url.endsWith('.js'),
  })

  app.use(requestLog(log))
  app.use(securityHeaders(secure))
  serveFiles(app)

  const api = express.Router()
  api.use(
    readBearer((token) => actorByToken(token, { secret: secrets.token, now: world.ports.now() })),
  )
  for (const feature of apiFeatures) api.use(feature(world).router)
  api.use(() => {
    throw notFound()
  })
  api.use(answerAsJson(log))
  app.use('/api/v1', api)

  app.use(readLanguage)
  app.use(sessions(mongoClient(), secrets.session, secure, accountOfSession))
  app.use(watchSharedComputer(() => world.ports.now()))
  app.use(passport.session())
  app.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 500 }))
  app.use(checkCsrf)
  for (const feature of pageFeatures) app.use(feature(world).router)
  app.use(() => {
    throw notFound()
  })
  app.use(answerAsPage(log, paths.signIn))
  return app
}

const trustOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)
