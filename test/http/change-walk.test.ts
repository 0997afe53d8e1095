import { expect } from 'chai'
import fc from 'fast-check'
import { overlap, placeInWalk, restingCursor, walkOf } from '../../src/http/change-walk.js'
import { encodeCursor } from '../../src/http/list.js'
import { Problem } from '../../src/problems.js'

interface Change {
  readonly id: string
  readonly at: number
  /** When others can read it. */
  readonly keptAt: number
}

/** What a feed with these changes answers at a moment. */
const page = (changes: readonly Change[], cursor: string | undefined, now: number, limit = 3) => {
  const walk = walkOf(cursor, new Date(now))
  const isPast = ({ at, id }: Change) =>
    !walk.after ||
    at > walk.after.at.getTime() ||
    (at === walk.after.at.getTime() && id > walk.after.id)
  const rows = changes
    .filter((one) => one.keptAt <= now && one.at <= walk.until.getTime() && isPast(one))
    .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    next:
      last && rows.length > limit
        ? encodeCursor(placeInWalk(new Date(last.at), last.id, walk))
        : restingCursor(walk),
    isWhole: rows.length <= limit,
  }
}

describe('a walk through changes', () => {
  it('misses no change that is kept within two minutes of its stamp', () => {
    const change = fc.record({
      at: fc.integer({ min: 1e9, max: 1e9 + 600_000 }),
      late: fc.integer({ min: 0, max: overlap }),
    })
    const pauses = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 5, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), pauses, (made, waits) => {
        const changes = made.map(({ at, late }, index) => ({
          id: String(index),
          at,
          keptAt: at + late,
        }))
        const seen = new Set<string>()
        let cursor: string | undefined
        let now = 1e9
        const ask = () => {
          const { items, next, isWhole } = page(changes, cursor, now)
          for (const { id } of items) seen.add(id)
          cursor = next
          return isWhole
        }
        for (const wait of waits) {
          now += wait
          ask()
        }
        now = Math.max(now, 1e9 + 600_000 + overlap)
        // One walk may be under way with an earlier end, so two are walked to theirs.
        for (let walks = 0; walks < 2; walks += 1) while (!ask());
        expect(seen.size).to.equal(changes.length)
      }),
    )
  })

  it('comes to an end while changes go on coming', () => {
    const changes = Array.from({ length: 7 }, (_, index) => ({
      id: String(index),
      at: 1000 + index,
      keptAt: 1000 + index,
    }))
    const first = page(changes, undefined, 1003)
    const second = page(changes, first.next, 2000)

    expect(first.items.map(({ id }) => id)).to.deep.equal(['0', '1', '2'])
    expect(second.items.map(({ id }) => id)).to.deep.equal(['3'])
    expect(second.isWhole).to.equal(true)
  })

  for (const cursor of ['x', encodeCursor([1, 'a']), encodeCursor([1, 'a', 'b'])])
    it(`is refused from ${cursor}`, () => {
      expect(() => walkOf(cursor, new Date(0)))
        .to.throw(Problem)
        .with.property('kind', 'invalid')
    })
})
