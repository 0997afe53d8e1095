import type { Actor } from '../access/actor.js'
import { paths } from '../http/paths.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { BadgeFileError } from '../credentials/badge-file.js'
import { openCredential } from '../sharing/open-credential.js'
import { openShare } from '../sharing/open-share.js'
import { readerFor } from './read-address.js'
import { readBadgeText, type BadgeFile } from './read-badge-file.js'

/** Who follows a link, and by which way. */
export interface LinkReader {
  readonly visitor: Actor | undefined
  readonly channel: 'view' | 'api'
}

/**
 * The badge behind a link: one of ours as far as the visitor may open it (its learner sees that it was opened), any other
 * only while fetching is on. Throws BadgeFileError for a link that shows nothing, or several badges.
 */
export async function linkedBadge(
  file: BadgeFile,
  reader: LinkReader,
  world: World,
): Promise<BadgeFile> {
  if (file.source !== 'link' || file.payload.kind !== 'address') return file
  const { address } = file.payload
  const path = ownPath(address, world.config.baseUrl)
  if (path === undefined) return outsideBadge(address, world)
  const id = await credentialAt(path, reader, world)
  const text = await closedUnlessFound(async () => {
    const asked = { id, format: 'json', channel: reader.channel, counts: true } as const
    return (await openCredential(asked, reader.visitor, world)).copy.embedded
  })
  return { ...readBadgeText(text), source: 'link' }
}

/** The path of a link to this site, without its language and its query. */
function ownPath(address: string, baseUrl: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url?.origin === new URL(baseUrl).origin
    ? url.pathname.replace(/^\/es(?=\/)/, '').replace(/^\/api\/v1(?=\/)/, '')
    : undefined
}

async function outsideBadge(address: string, world: World): Promise<BadgeFile> {
  const got = await readerFor(world.config)(address)
  if (got?.status !== 200) throw new BadgeFileError('link')
  const file = readBadgeText(got.text)
  if (file.source === 'link') throw new BadgeFileError('link')
  return { ...file, source: 'link' }
}

const idIn = (path: string, pattern: string): string | undefined => {
  const start = pattern.replace(':id', '')
  return path.startsWith(start)
    ? /^([\w-]{1,64})(\.(json|jws|png|svg))?$/.exec(path.slice(start.length))?.[1]
    : undefined
}

async function credentialAt(path: string, { visitor }: LinkReader, world: World): Promise<string> {
  const id = idIn(path, paths.credential)
  if (id !== undefined) return id
  const share = idIn(path, paths.share)
  if (share === undefined) throw new BadgeFileError('link')
  const { awards } = await closedUnlessFound(() => openShare(share, visitor, world.ports, false))
  const [only, ...others] = awards
  if (!only) throw new BadgeFileError('linkClosed')
  if (others.length > 0) throw new BadgeFileError('linkMany')
  return only.id
}

async function closedUnlessFound<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof Problem && error.kind === 'not-found')
      throw new BadgeFileError('linkClosed')
    throw error
  }
}
