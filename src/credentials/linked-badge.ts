import { BadgeFileError } from './badge-file.js'
import type { BadgeFile } from './read-badge-file.js'

/** The badge behind one of our links; any other link is not followed. */
export async function linkedBadge(file: BadgeFile): Promise<BadgeFile> {
  if (file.source === 'link') throw new BadgeFileError('link')
  return file
}
