import { performance } from 'node:perf_hooks'
import ipaddr from 'ipaddr.js'
import { request, type Dispatcher } from 'undici'
import { failureOf, GetError, guardedAgent, type GetFailure } from './guarded-get.js'

export interface PostLimits {
  readonly timeoutMs: number
  /** How much of the answer is read, in bytes; the rest is thrown away unread. */
  readonly answerBytes: number
  /** True to connect to this machine itself, and nowhere else: for development and tests. */
  readonly toLoopback: boolean
}

/** What came of a POST: a status, with the first of the answer, or why there was none; and how long it took. */
export interface Posted {
  readonly ms: number
  readonly status?: number
  readonly answer?: string
  readonly failure?: GetFailure
}

const isLoopback = (address: string) =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'

/**
 * Posts to an address of the public internet. A redirect is an answer like any other and is not followed. Never throws: the
 * status decides, whatever becomes of the answer's body.
 */
export async function guardedPost(
  url: URL,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { timeoutMs, answerBytes, toLoopback }: PostLimits,
): Promise<Posted> {
  const signal = AbortSignal.timeout(timeoutMs)
  const agent = guardedAgent({
    timeoutMs,
    ...(toLoopback && { trust: { mayConnectTo: isLoopback } }),
  })
  const began = performance.now()
  const ms = () => Math.round(performance.now() - began)
  try {
    if (!mayPostTo(url, toLoopback)) throw new GetError('wrong-address')
    const { headers, body } = message
    const got = await request(url, { method: 'POST', dispatcher: agent, signal, headers, body })
    const answer = await beginningOf(got.body, answerBytes)
    return { ms: ms(), status: got.statusCode, answer }
  } catch (error) {
    return { ms: ms(), failure: failureOf(error, signal).failure }
  } finally {
    await agent.destroy()
  }
}

/** An address by number never goes through the guarded lookup, so it has to be loopback itself. */
function mayPostTo(url: URL, toLoopback: boolean): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.username !== '' || url.password !== '') return false
  if (toLoopback) return !ipaddr.isValid(host) || isLoopback(host)
  return url.protocol === 'https:' && !ipaddr.isValid(host)
}

async function beginningOf(body: Dispatcher.ResponseData['body'], most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= most) break
    }
  } catch {
    // What came before the answer broke off is worth as much.
  }
  return Buffer.concat(chunks).subarray(0, most).toString('utf8')
}
