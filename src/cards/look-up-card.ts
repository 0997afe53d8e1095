import { inEvenTime } from '../access/even-time.js'
import { countTry, forgetTries, takeTryBack } from '../access/throttle-store.js'
import { patienceWithPerson, patienceWithPlace, placeOf } from '../access/throttle.js'
import { invalid } from '../problems.js'
import type { World } from '../world.js'
import { prefixOf, readCode } from './card-code.js'
import { hashOfCode } from './make-card.js'
import { openCard } from './open-card.js'

/** One answer for a code that never was, has ended, was stopped or is shut: a guesser learns nothing from it. */
export const noSuchCard = () => invalid([{ field: 'code', message: 'cards:problem.noSuchCard' }])

/**
 * The hash of a code that works now. Throws invalid for a code with a typing error, which its last sign shows and which is
 * not counted; invalid, always in the same words and time, for any that does not work; too-many while guesses have to wait.
 * Guesses count for one first group at one place, and for the place: a right code does not count, so that a whole library
 * can look, and a guesser elsewhere keeps nobody out.
 */
export async function lookUpCard(
  typed: string,
  address: string,
  { ports, secrets }: Pick<World, 'ports' | 'secrets'>,
): Promise<string> {
  const code = readCode(typed)
  if (code === undefined) throw invalid([{ field: 'code', message: 'cards:problem.mistyped' }])
  const place = placeOf(address)
  const group = ['card', prefixOf(code), place]
  await countTry(['card', place], patienceWithPlace)
  await countTry(group, patienceWithPerson)

  const hash = hashOfCode(code, secrets.token)
  if (!(await inEvenTime(openCard(hash, ports.now())))) throw noSuchCard()

  await Promise.all([forgetTries(group), takeTryBack(['card', place])])
  return hash
}
