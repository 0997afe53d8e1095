/** What `n` of a document says, or that there is no such document, index or collection. */
export type State = number | 'absent'

interface Fact {
  sure: State
  /** What a statement without an answer would make of it. */
  maybe?: State | undefined
}

interface Tally {
  asked: number
  acknowledged: number
}

/** A document's name: its collection and its `_id` (or `key`). */
export const nameOf = (collection: string, id: string): string => `${collection}/${id}`

/** What was found after a crash, by the names that the ledger uses. */
export interface Found {
  readonly collections: ReadonlySet<string>
  readonly indexes: ReadonlySet<string>
  /** `n` of every document; `torn` when what is written together in it differs. */
  readonly documents: ReadonlyMap<string, number | 'torn' | 'twice'>
}

/**
 * Kept outside the process that is killed: what it was asked and what it acknowledged. A statement without an answer may be
 * done or not, but each document of it wholly, and of an ordered list the first ones.
 */
export class Ledger {
  readonly #documents = new Map<string, Fact>()
  readonly #indexes = new Map<string, Fact>()
  readonly #collections = new Map<string, Fact>()
  readonly #tallies = new Map<string, Tally>()
  readonly #lists = new Set<readonly string[]>()
  acknowledged = 0

  /** Before a write to a document that nobody else writes to; call the answer when it is acknowledged. */
  document(name: string, next: State): () => void {
    return this.#intend(this.#documents, name, next)
  }

  index(name: string, next: State): () => void {
    return this.#intend(this.#indexes, name, next)
  }

  /** Dropping takes the documents and indexes along. */
  collection(name: string, next: State): () => void {
    const done = this.#intend(this.#collections, name, next)
    return () => {
      done()
      if (next !== 'absent') return
      this.#collections.delete(name)
      this.#forget(name)
    }
  }

  /** Before one more is added to a document that several write to. */
  tally(name: string): () => void {
    const tally = this.#tallies.get(name) ?? { asked: 0, acknowledged: 0 }
    this.#tallies.set(name, tally)
    tally.asked += 1
    return () => {
      tally.acknowledged += 1
      this.acknowledged += 1
    }
  }

  /** Before an ordered insert of several; `good` are those before the first that will be refused. */
  list(names: readonly string[], good: number): () => void {
    const done = names.slice(0, good).map((name) => this.document(name, 0))
    this.#lists.add(names)
    return () => {
      for (const each of done) each()
      this.#lists.delete(names)
    }
  }

  #intend(facts: Map<string, Fact>, name: string, next: State): () => void {
    const fact: Fact = facts.get(name) ?? { sure: 'absent' }
    facts.set(name, fact)
    fact.maybe = next
    return () => {
      fact.sure = next
      fact.maybe = undefined
      this.acknowledged += 1
    }
  }

  #forget(collection: string): void {
    for (const facts of [this.#documents, this.#indexes])
      for (const name of facts.keys()) if (name.startsWith(`${collection}/`)) facts.delete(name)
  }

  /** Compares with what is there after a crash, one sentence per disagreement, and takes that as the truth from now on. */
  settle(found: Found): { lost: string[]; torn: string[] } {
    const lost = this.#settleCollections(found)
    const torn = this.#brokenLists(found)
    lost.push(...settleFacts(this.#indexes, (name) => (found.indexes.has(name) ? 1 : 'absent')))
    const documents = new Map(found.documents)
    for (const [name, tally] of this.#tallies) {
      const n = documents.get(name) ?? 0
      documents.delete(name)
      if (typeof n === 'string') torn.push(`${name} is ${n}`)
      else if (n < tally.acknowledged || n > tally.asked)
        lost.push(`${name}: ${n}, not ${tally.acknowledged} to ${tally.asked}`)
      if (typeof n === 'number') Object.assign(tally, { asked: n, acknowledged: n })
    }
    for (const [name, n] of documents) {
      if (typeof n === 'string') torn.push(`${name} is ${n}`)
      else if (!this.#documents.has(name)) torn.push(`${name} is there, and nobody wrote it`)
    }
    const stateOf = (name: string): State => {
      const n = documents.get(name)
      return typeof n === 'number' ? n : 'absent'
    }
    lost.push(...settleFacts(this.#documents, stateOf))
    return { lost, torn }
  }

  #settleCollections({ collections }: Found): string[] {
    const stateOf = (name: string) => (collections.has(name) ? 1 : 'absent')
    const lost = settleFacts(this.#collections, stateOf)
    for (const [name, { sure }] of this.#collections) if (sure === 'absent') this.#forget(name)
    return lost
  }

  /** Of an ordered list without an answer nothing may be there behind something that is missing. */
  #brokenLists({ documents }: Found): string[] {
    const broken = [...this.#lists].filter((names) => {
      const missing = names.findIndex((name) => !documents.has(name))
      return missing >= 0 && names.slice(missing).some((name) => documents.has(name))
    })
    this.#lists.clear()
    return broken.map(([first]) => `the list that begins with ${String(first)} has holes`)
  }
}

function settleFacts(facts: Map<string, Fact>, stateOf: (name: string) => State): string[] {
  const wrong: string[] = []
  for (const [name, fact] of facts) {
    const state = stateOf(name)
    if (state !== fact.sure && state !== fact.maybe)
      wrong.push(
        `${name}: ${state}, not ${fact.sure}${fact.maybe === undefined ? '' : ` or ${fact.maybe}`}`,
      )
    if (state === 'absent') facts.delete(name)
    else Object.assign(fact, { sure: state, maybe: undefined })
  }
  return wrong
}
