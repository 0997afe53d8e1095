import { expect } from 'chai'
import { paths, to } from '../../src/http/paths.js'
import { findMessage, insertMessages, markFailed } from '../../src/messages/message-store.js'
import type { OutboxEntry } from '../../src/messages/outbox.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep, keepProgram } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { mailsTo } from '../support/mail.js'
import { signIn, type Person } from '../support/person.js'

const mary = anAccount('Mary Manager', 'manager')
const start = new Date('2015-03-09T18:00:00Z')

const anEntry = (id: string, communityId = community): OutboxEntry => ({
  id,
  template: 'alreadyRegistered',
  to: { email: `${id}@example.org`, name: id, language: 'en' },
  params: { path: '/sign-in' },
  communityId,
})

describe("a manager's list of messages", () => {
  let world: TestApp
  let manager: Person

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(mary)
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
    await insertMessages([anEntry('m1'), anEntry('m2'), anEntry('m3', 'salem-or')], start)
    for (const id of ['m2', 'm3']) {
      const message = (await findMessage(id))!
      const lastError = '550 no such mailbox'
      await markFailed(message, { state: 'dead', nextAt: start, lastError })
    }
  })

  it('shows state and last error of the own community only, never what a mail says', async () => {
    const shown = await manager.read(paths.messages)

    expect(shown('tbody tr')).to.have.length(2)
    expect(shown('tbody').text()).to.contain('550 no such mailbox').and.contain('Not delivered')
    expect(shown('tbody').text()).to.not.contain('tried to open a Waymark account')
    expect((await manager.read(`${paths.messages}?state=dead`))('tbody tr')).to.have.length(1)
    expect((await manager.get(`${paths.messages}?cursor=WyJ4IiwieSJd`)).status).to.equal(422)
  })

  it('sends a dead one again, once, and none of another community', async () => {
    const answer = await manager.submit(to(paths.retryMessage, { id: 'm2' }), {})

    expect(answer.status).to.equal(303)
    expect(await mailsTo(world, 'm2@example.org')).to.have.length(1)
    expect((await findMessage('m2'))?.state).to.equal('sent')
    const again = await manager.submit(to(paths.retryMessage, { id: 'm2' }), {})
    const foreign = await manager.submit(paths.settings, {}, to(paths.retryMessage, { id: 'm3' }))
    expect([again.status, foreign.status]).to.deep.equal([409, 404])
    expect((await findMessage('m3'))?.state).to.equal('dead')
  })
})
