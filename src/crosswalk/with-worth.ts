import type { Agreement } from '../agreements/agreement.js'
import { tuitionOf } from './tuition-store.js'
import { worthOf, type Worth } from './tuition.js'

/** Each agreement with what its credit is worth; one query for all. */
export async function withWorth(
  agreements: readonly Agreement[],
): Promise<[Agreement, Worth | undefined][]> {
  const tuition = await tuitionOf(agreements.map(({ collegeId }) => collegeId))
  return agreements.map((agreement) => [agreement, worthOf(agreement, tuition)])
}
