import { parseArgs } from 'node:util'
import { invitedRoles, type InvitedRole } from '../access/invitation.js'
import { inviteByCommand } from '../access/invite-by-command.js'
import { emailText } from '../access/access-input.js'
import { readConfig } from '../config.js'
import { makeIndexes, openDatabase } from '../database.js'
import { say } from '../http/language.js'
import { mailSettled, setUpMail } from '../messages/deliver-mail.js'
import { mailer } from '../messages/mailer.js'
import { outboxSources } from '../messages/sources.js'
import { Problem } from '../problems.js'
import { readSecrets } from '../secrets.js'

const usage = `npm run invite -- EMAIL ROLE [options]   (the app may be running)

ROLE is one of: ${invitedRoles.join(', ')}

--organization SLUG   where the person works; not needed where only one fits
--community ID        needed where the database holds several programs
--language es         language of the mail (en)
--program NAME        names for a database that holds no program yet
--board NAME
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    organization: { type: 'string' },
    community: { type: 'string' },
    language: { type: 'string', default: 'en' },
    program: { type: 'string', default: 'Waymark' },
    board: { type: 'string', default: 'Workforce Board' },
  },
})

const [given = '', role = ''] = positionals
const email = emailText.safeParse(given)
const isRole = (text: string): text is InvitedRole => invitedRoles.some((one) => one === text)

async function invite(to: string, as: InvitedRole): Promise<number> {
  const config = readConfig()
  const secrets = readSecrets(config)
  const database = await openDatabase(config, { join: true })
  const post = mailer(config)
  setUpMail({
    ports: { now: () => new Date(), sendMail: (mail) => post.sendMail(mail) },
    setting: { say, baseUrl: config.baseUrl, secret: secrets.token },
    sources: outboxSources,
    onError: (error) => {
      console.error('The mail could not be sent now; the running app will try again.', error)
    },
  })
  try {
    await makeIndexes()
    const wanted = {
      email: to,
      role: as,
      language: values.language === 'es' ? ('es' as const) : ('en' as const),
      organization: values.organization,
      community: values.community,
      programName: values.program,
      boardName: values.board,
    }
    const moment = { now: new Date(), secret: secrets.token }
    const { path, organization, program, isNewProgram } = await inviteByCommand(wanted, moment)
    if (isNewProgram) console.log(`Made the program "${program.name}" of ${organization.name}.`)
    console.log(`Invited ${to} as ${as} at ${organization.name}. The link works once, for 14 days:`)
    console.log(`${config.baseUrl}${path}`)
    return 0
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const reasons = [error, ...error.errors].map(({ message }) => message)
    const words = reasons.map((message) => say('en', message, error.params))
    console.error(words.join('\n'))
    return 1
  } finally {
    await mailSettled()
    post.close()
    await database.close()
  }
}

if (email.success && isRole(role)) process.exitCode = await invite(email.data, role)
else {
  process.stderr.write(usage)
  process.exitCode = 2
}
