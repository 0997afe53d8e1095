import { lookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, request, type Dispatcher } from 'undici'

/** Why an address was not read; words belong to the caller. */
export type GetFailure =
  'wrong-address' | 'private-address' | 'too-large' | 'too-slow' | 'too-many-redirects' | 'failed'

export class GetError extends Error {
  constructor(
    readonly failure: GetFailure,
    cause?: unknown,
  ) {
    super(failure, { cause })
    this.name = 'GetError'
  }
}

export interface GetLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly redirects: number
  /** For tests, whose server is on this machine. */
  readonly trust?: { readonly ca: string; readonly mayConnectTo: (address: string) => boolean }
}

export interface Got {
  readonly status: number
  readonly text: string
}

/** True for an address of the public internet: not loopback, private, link-local, mapped, reserved or multicast. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

/**
 * Looks a name up and refuses it when any of its addresses is not allowed. It runs when the connection is made, so a name
 * cannot point elsewhere between the check and the use.
 */
const guardedLookup =
  (isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) {
        callback(error, '', 0)
        return
      }
      const [first] = addresses
      if (!first) callback(new GetError('failed'), '', 0)
      else if (!addresses.every(({ address }) => isAllowed(address))) {
        callback(new GetError('private-address'), '', 0)
      } else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }

const isReadable = (url: URL) =>
  url.protocol === 'https:' &&
  url.username === '' &&
  url.password === '' &&
  !ipaddr.isValid(url.hostname.replace(/^\[|\]$/g, ''))

/**
 * Reads an https address of the public internet as text. Redirects are followed to the same host only. Throws a GetError
 * when the address, where it leads, its size or its time is beyond the limits.
 */
export async function guardedGet(address: string, limits: GetLimits): Promise<Got> {
  const signal = AbortSignal.timeout(limits.timeoutMs)
  const agent = guardedAgent(limits)
  try {
    return await follow(new URL(address), limits, { agent, signal })
  } catch (error) {
    throw failureOf(error, signal)
  } finally {
    await agent.destroy()
  }
}

/** Connects to addresses of the public internet only, or to those the limits trust. */
export const guardedAgent = ({
  timeoutMs,
  trust,
}: {
  readonly timeoutMs: number
  readonly trust?: {
    readonly ca?: string
    readonly mayConnectTo: (address: string) => boolean
  }
}): Agent =>
  new Agent({
    connect: {
      lookup: guardedLookup(trust?.mayConnectTo ?? isPublicAddress),
      timeout: timeoutMs,
      ...(trust?.ca !== undefined && { ca: trust.ca }),
    },
  })

interface Line {
  readonly agent: Agent
  readonly signal: AbortSignal
}

async function follow(start: URL, limits: GetLimits, { agent, signal }: Line): Promise<Got> {
  let url = start
  for (let hop = 0; hop <= limits.redirects; hop += 1) {
    if (!isReadable(url) || url.host !== start.host) throw new GetError('wrong-address')
    const answer = await request(url, {
      dispatcher: agent,
      signal,
      headers: { accept: 'application/json', 'user-agent': 'Waymark' },
    })
    const location = answer.headers['location']
    if (answer.statusCode < 300 || answer.statusCode > 399 || typeof location !== 'string') {
      return { status: answer.statusCode, text: await textOf(answer.body, limits.maxBytes) }
    }
    await answer.body.dump({ limit: limits.maxBytes, signal })
    url = new URL(location, url)
  }
  throw new GetError('too-many-redirects')
}

async function textOf(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new GetError('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What went wrong on a guarded connection. */
export function failureOf(error: unknown, signal: AbortSignal): GetError {
  if (error instanceof GetError) return error
  if (error instanceof Error && error.cause instanceof GetError) return error.cause
  return new GetError(signal.aborted ? 'too-slow' : 'failed', error)
}
