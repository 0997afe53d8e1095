import type { OutboxEntry } from '../messages/outbox.js'
import { findCredential, saveChange } from './credential-store.js'
import type { CopyWithdrawal, Credential } from './credential.js'
import { setDueBits } from './set-due-bits.js'

/** Why copies end, and whom that is told. */
export interface Ending extends CopyWithdrawal {
  readonly kind: 'revoked' | 'suspended'
  readonly outbox?: readonly OutboxEntry[]
}

/**
 * Ends every copy of a credential that still counts, at once in the status list: for good, or until it is lifted. What is
 * suspended can be revoked; what is revoked stays so. Gives back the credential as it is then; undefined when it was never
 * signed, or is in that state already.
 */
export async function endCopies(
  id: string,
  { outbox, ...ending }: Ending,
): Promise<Credential | undefined> {
  const state = ending.kind
  for (;;) {
    const from = await findCredential(id)
    if (!from || from.state === 'revoked' || from.state === state) return undefined
    if (await saveChange({ from, state, ending, ...(outbox && { outbox }) })) break
  }
  await setDueBits()
  return findCredential(id)
}
