/** A learner's own data in one file: asked for, made, and fetched with the password within three days. One a person. */
export interface DataFile {
  readonly learnerId: string
  readonly communityId: string
  readonly state: 'waiting' | 'ready' | 'failed'
  readonly askedAt: Date
  /** Rows to write and rows written. */
  readonly rows: number
  readonly done: number
  readonly tries: number
  readonly leaseUntil: Date
  readonly language: 'en' | 'es'
  /** The stored file: the one that is ready or being written; of a wish nobody has taken up the one from before. */
  readonly fileId?: string
  readonly bytes?: number
  readonly readyAt?: Date
  readonly expiresAt?: Date
}

const hour = 3_600_000

/** A file waits three days to be fetched; then it is taken away. */
export const fileLasts = (now: Date): Date => new Date(now.getTime() + 72 * hour)

/** A link to it works for ten minutes after the password was given. */
export const linkLasts = (now: Date): Date => new Date(now.getTime() + hour / 6)

/** Up to so many rows are written at once; more are left to the background. */
export const rowsAtOnce = 5_000

/** Who makes a file has it for so long without a sign of life; then somebody else may. */
export const leaseLasts = (now: Date): Date => new Date(now.getTime() + hour / 30)

/** Gives up after so many tries that failed. */
export const mostTries = 3

/** True while a ready file may be fetched. */
export const isFetchable = (file: DataFile | undefined, now: Date): boolean =>
  file?.state === 'ready' && file.expiresAt !== undefined && now < file.expiresAt
