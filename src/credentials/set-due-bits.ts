import { bitsAreSet, credentialsWithDueBits } from './credential-store.js'
import { setBits } from './set-bits.js'

const batch = 500

/**
 * Sets the bits of copies that no longer count; a list is signed anew when it is next asked for, so that many decisions
 * cost one signature. A decision writes what is due together with itself, so nothing is forgotten when a process dies in
 * between: the next call, here or in another process, goes on. Safe to repeat. Tells how many credentials it was about.
 */
export async function setDueBits(): Promise<number> {
  let done = 0
  for (;;) {
    const waiting = await credentialsWithDueBits(batch)
    if (waiting.length === 0) return done
    const lists = new Map<string, number[]>()
    for (const { list, index } of waiting.flatMap(({ due }) => due))
      lists.set(list, [...(lists.get(list) ?? []), index])
    for (const [list, indices] of lists) await setBits(list, indices)
    for (const { id, due } of waiting)
      for (const list of new Set(due.map((bit) => bit.list)))
        await bitsAreSet(
          id,
          list,
          due.filter((bit) => bit.list === list).map(({ index }) => index),
        )
    done += waiting.length
  }
}
