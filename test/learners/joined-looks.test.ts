import { expect } from 'chai'
import fc from 'fast-check'
import {
  inOneList,
  placesAfter,
  placesText,
  readPlaces,
  type Places,
} from '../../src/learners/joined-looks.js'

interface Row {
  readonly learnerId: string
  readonly sequence: number
  readonly at: Date
}

const chains = ['own', 'joined', 'earlier']

/** Chains newest first; their clocks may have run back. */
const rows = fc.tuple(
  ...chains.map((learnerId) =>
    fc
      .array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 })
      .map((times) =>
        times
          .map((at, index): Row => ({ learnerId, sequence: index + 1, at: new Date(at * 1000) }))
          .reverse(),
      ),
  ),
)

/** The pages of a list, read as the store reads them: some rows of each chain before its place. */
function* pagesOf(all: readonly (readonly Row[])[], limit: number) {
  for (let places: Places = []; ;) {
    const found = all.map((chain, at) =>
      chain.filter(({ sequence }) => sequence < (places[at] ?? Infinity)).slice(0, limit + 1),
    )
    const list = inOneList(found)
    const items = list.slice(0, limit)
    yield items
    if (list.length <= limit) return
    places = readPlaces(placesText(placesAfter(chains, places, items))) ?? []
  }
}

describe('Looks at joined records', () => {
  it('are each on one page, in the order of their chain, whatever the size of a page', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const listed = [...pagesOf(all, limit)].flat()

        expect(listed).to.have.length(all.flat().length)
        for (const [at, learnerId] of chains.entries())
          expect(listed.filter((row) => row.learnerId === learnerId)).to.deep.equal(all[at])
      }),
    )
  })

  it('are laid into each other by time', () => {
    const at = (learnerId: string, sequence: number, seconds: number): Row => ({
      learnerId,
      sequence,
      at: new Date(seconds * 1000),
    })
    const own = [at('own', 2, 40), at('own', 1, 20)]
    const joined = [at('joined', 1, 30)]

    expect(inOneList([own, joined]).map(({ at: time }) => time.getTime() / 1000)).to.deep.equal([
      40, 30, 20,
    ])
  })

  it('have no place in a text that is none', () => {
    for (const text of ['x', '1,x', '-1', '1.5', '1e3', '9'.repeat(16)])
      expect(readPlaces(text)).to.equal(undefined)
    expect(readPlaces('12,,3')).to.deep.equal([12, undefined, 3])
  })
})
