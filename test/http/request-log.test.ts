import { Writable } from 'node:stream'
import { expect } from 'chai'
import { pino } from 'pino'
import supertest from 'supertest'
import { createApp } from '../../src/app.js'
import { withoutTokens } from '../../src/http/request-log.js'
import { testWorld } from '../support/app.js'

const token = 'NpeH4KtThWdfHXZlYH6UyjSawGq4dx8Jq3rm3U1Xd9c'

describe('the request log', () => {
  it('never holds a one-time token, not even in the referer', async () => {
    const lines: string[] = []
    const stream = new Writable({
      write(line: Buffer, _encoding, done) {
        lines.push(line.toString('utf8'))
        done()
      },
    })
    const app = createApp({ ...testWorld(), log: pino({ level: 'info' }, stream) })

    await supertest(app)
      .get(`/reset-password/ada/${token}?notice=x`)
      .set('Referer', `http://localhost/invitations/ada/${token}`)

    const log = lines.join('')
    expect(log).to.contain('/reset-password/ada/…?notice=x').and.contain('/invitations/ada/…')
    expect(log).to.not.contain(token)
  })

  it('leaves other URLs as they are', () => {
    const id = '01a2021c-9e54-7287-973d-6d08ced5886f'
    const url = `/people/${id}/roles?add=staff%40${id}`

    expect(withoutTokens(url)).to.equal(url)
  })
})
