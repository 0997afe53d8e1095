import { expect } from 'chai'
import { readReference } from '../../src/seeding/reference.js'
import { tracksOf } from '../../src/seeding/reference-records.js'
import { pathGraph, wrap } from '../../src/tracks/path-graph.js'
import { progressOf } from '../../src/tracks/progress.js'
import { aCompletion, aStep, aTrack } from '../support/build-learning.js'

const diamond = aTrack([
  aStep('start'),
  aStep('left', { after: ['start'] }),
  aStep('right', { after: ['start'] }),
  aStep('end', { after: ['left', 'right'] }),
])

describe('the picture of a path', () => {
  it('puts every step to the right of the steps it needs', () => {
    const { nodes } = pathGraph(diamond.steps)
    const at = new Map(nodes.map((node) => [node.id, node]))

    for (const step of diamond.steps)
      for (const before of step.after)
        expect(at.get(step.id)!.x).to.be.greaterThan(at.get(before)!.x + at.get(before)!.w - 1)
  })

  it('lets no two steps overlap, and keeps all inside, on every reference track', () => {
    for (const { slug, steps } of tracksOf(readReference())) {
      const { nodes, width, height } = pathGraph(steps)

      for (const [index, a] of nodes.entries()) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.w <= width && a.y + a.h <= height, slug).to.equal(
          true,
        )
        for (const b of nodes.slice(index + 1))
          expect(
            a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y,
            `${slug}: ${a.id} and ${b.id}`,
          ).to.equal(true)
      }
    }
  })

  it('shows how far a learner is, in boxes and in the lines that leave them', () => {
    const { steps } = progressOf(diamond, [aCompletion('start')])

    const { nodes, edges } = pathGraph(diamond.steps, steps)

    expect(nodes.map(({ state }) => state)).to.deep.equal(['done', 'next', 'open', 'open'])
    expect(edges.map(({ done }) => done)).to.deep.equal([true, true, false, false])
  })

  it("is the same each time, and does not keep one learner's state for the next", () => {
    const before = pathGraph(diamond.steps)
    pathGraph(diamond.steps, progressOf(diamond, [aCompletion('start')]).steps)

    expect(pathGraph(diamond.steps)).to.deep.equal(before)
  })

  it('draws an empty list as an empty picture', () => {
    expect(pathGraph([])).to.deep.include({ nodes: [], edges: [] })
  })

  it('wraps titles, and cuts what is too long', () => {
    expect(wrap('JavaScript Loops, Arrays and Objects')).to.deep.equal([
      'JavaScript Loops,',
      'Arrays and Objects',
    ])
    expect(wrap('One two three four five six seven eight nine ten eleven twelve')).to.have.length(3)
    expect(wrap('Donaudampfschifffahrtsgesellschaft')[0]).to.match(/^.{19}…$/)
  })
})
