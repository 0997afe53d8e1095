import { mergesInto } from '../duplicates/merge-store.js'
import { decodeCursor, encodeCursor, type ListPage } from '../http/list.js'
import { invalid } from '../problems.js'
import type { Disclosure } from './disclosure.js'
import { inOneList, placesAfter, placesText, readPlaces, type Places } from './joined-looks.js'

const mostChains = 20

/** The records whose chains tell who looked at a person: their own first, then those joined into it, and into those. */
export async function chainsAbout(learnerId: string): Promise<string[]> {
  const chains = [learnerId]
  for (let at = 0; at < chains.length && chains.length < mostChains; at += 1) {
    const merges = await mergesInto(chains[at] ?? '')
    for (const { goneId } of merges) if (!chains.includes(goneId)) chains.push(goneId)
  }
  return chains.slice(0, mostChains)
}

type ReadChain = (chain: string, limit: number, before?: number) => Promise<Disclosure[]>

/** A page of several chains as one list, newest first. Throws invalid for a cursor of something else. */
export async function pageOfChains(
  chains: readonly string[],
  read: ReadChain,
  limit: number,
  cursor?: string,
): Promise<ListPage<Disclosure>> {
  const before = placesIn(cursor)
  const found = await Promise.all(chains.map((chain, at) => read(chain, limit + 1, before[at])))
  const list = inOneList(found)
  const items = list.slice(0, limit)
  const next = placesText(placesAfter(chains, before, items))
  return { items, next: list.length > limit ? encodeCursor([next]) : undefined }
}

function placesIn(cursor: string | undefined): Places {
  const [text] = decodeCursor(cursor, 1) ?? []
  const places = text === undefined ? [] : readPlaces(String(text))
  if (!places) throw invalid([{ field: 'cursor', message: 'http:field.wrongCursor' }])
  return places
}
