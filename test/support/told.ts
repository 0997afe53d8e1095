import { Problem } from '../../src/problems.js'

/** 'done', or the kind of problem it ended with. */
export async function kindOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'done'
  } catch (error) {
    if (error instanceof Problem) return error.kind
    throw error
  }
}
