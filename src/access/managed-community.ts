import { communitiesOf, type Actor } from './actor.js'

/** The community a manager looks at: the one they asked for if it is theirs, else their first. */
export function managedCommunity(actor: Actor, asked?: string): string {
  const own = communitiesOf(actor, 'manager')
  return own.find((one) => one === asked) ?? own[0] ?? ''
}
