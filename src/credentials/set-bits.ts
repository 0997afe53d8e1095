import { findListBits, saveBits } from './status-list-store.js'
import { withBits } from './status-list.js'

/** Sets bits of a status list, for good, beside whoever else changes it. Safe to repeat. */
export async function setBits(id: string, indices: readonly number[]): Promise<void> {
  for (;;) {
    const list = await findListBits({ id })
    if (!list) throw new Error(`no status list ${id}`)
    if (await saveBits(id, list.revision, withBits(list.bits, indices))) return
  }
}
