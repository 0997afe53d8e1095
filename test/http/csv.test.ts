import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect } from 'chai'
import express from 'express'
import { sendCsv } from '../../src/http/csv.js'

const rowsAtMost = 200_000
/** More than sockets and streams of this machine hold of rows of 500 characters. */
const heldAtMost = 60_000

describe('a long list as CSV', () => {
  let server: Server
  let made = 0
  let isClosed = false

  async function* rows() {
    try {
      for (let at = 0; at < rowsAtMost; at += 1) {
        made += 1
        if (at % 200 === 0) await turn()
        yield { id: String(at), text: 'x'.repeat(500) }
      }
    } finally {
      isClosed = true
    }
  }

  beforeEach(async () => {
    made = 0
    isClosed = false
    const app = express()
    app.get('/list.csv', async (_req, res) => {
      const columns = ['id', 'text'].map((key) => ({ key, header: key }))
      await sendCsv(res, 'list.csv', columns, rows()).catch(() => undefined)
    })
    app.get('/short', (_req, res) => {
      res.send('answered')
    })
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })

  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const ask = async (path: string): Promise<IncomingMessage> => {
    const { port } = server.address() as AddressInfo
    const [answer] = (await once(get({ port, path, host: '127.0.0.1' }), 'response')) as [
      IncomingMessage,
    ]
    return answer
  }
  /** Until nothing was made for many turns of the loop. */
  const still = async () => {
    let quiet = 0
    while (quiet < 200) {
      const before = made
      await turn()
      quiet = made === before ? quiet + 1 : 0
    }
  }

  it('waits for a slow reader instead of filling memory, and stops when the reader goes', async () => {
    const answer = await ask('/list.csv')
    answer.pause()
    await still()

    expect(made).to.be.within(1, heldAtMost)
    answer.destroy()
    while (!isClosed) await turn()
    expect(made).to.be.below(heldAtMost)
  })

  it('lets others be answered meanwhile', async () => {
    const long = await ask('/list.csv')
    long.resume()
    const short = await ask('/short')
    short.resume()
    await once(short, 'end')

    expect(isClosed, 'the list was over before a short page was answered').to.equal(false)
    long.destroy()
    while (!isClosed) await turn()
  })
})
