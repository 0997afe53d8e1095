import { expect } from 'chai'
import fc from 'fast-check'
import { centerMap } from '../../src/centers/center-map.js'
import { knownPlaces } from '../../src/centers/known-places.js'
import { milesBetween, pointOf } from '../../src/centers/place.js'
import { aCenter } from '../support/build-handoff.js'

const { places, index } = knownPlaces()
const town = fc.constantFrom(
  ...places.filter(({ state }) => state === 'OR').map(({ name }) => name),
)
const centersIn = (towns: readonly string[]) => towns.map((city, at) => aCenter(`c${at}`, { city }))

describe('the picture of towns with centers', () => {
  it('has a dot a town, each inside the frame, and names that never lie on each other', () => {
    fc.assert(
      fc.property(fc.array(town, { minLength: 1, maxLength: 25 }), (towns) => {
        const map = centerMap(centersIn(towns), index)
        if (!map) throw new Error('nothing was drawn')

        expect(map.dots).to.have.length(new Set(towns).size)
        expect(map.dots.reduce((sum, { count }) => sum + count, 0)).to.equal(towns.length)
        for (const { x, y, r } of map.dots) {
          expect(x).to.be.within(r, map.width - r)
          expect(y).to.be.within(r, map.height - r)
        }
        const boxes = map.dots.flatMap(({ label, town: name }) =>
          label
            ? [
                {
                  left: label.end ? label.x - name.length * 8 : label.x,
                  y: label.y,
                  width: name.length * 8,
                },
              ]
            : [],
        )
        for (const [at, one] of boxes.entries())
          for (const other of boxes.slice(at + 1))
            expect(
              Math.abs(one.y - other.y) >= 14 ||
                one.left + one.width <= other.left ||
                other.left + other.width <= one.left,
            ).to.equal(true)
      }),
    )
  })

  it('says how many centers it leaves out, and draws nothing of nothing', () => {
    const { city: _city, ...nowhere } = aCenter('nowhere')

    expect(centerMap([nowhere], index)).to.equal(undefined)
    expect(centerMap([nowhere, aCenter('north')], index)).to.include({ missing: 1 })
    expect(pointOf({ ...nowhere, city: 'Atlantis' }, index)).to.equal(undefined)
  })

  it('puts the town asked about on it, also where it has no center', () => {
    const bend = places.find(({ name }) => name === 'Bend')
    const map = centerMap([aCenter('north')], index, bend)

    expect(map?.dots.map((dot) => [dot.town, dot.count, dot.isAsked])).to.deep.equal([
      ['Portland', 1, false],
      ['Bend', 0, true],
    ])
  })

  it('keeps the order of distances a straight line has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(...places), (a, b) => {
        expect(milesBetween(a, b)).to.be.closeTo(milesBetween(b, a), 1e-9)
        expect(milesBetween(a, b)).to.be.within(0, 700)
      }),
    )
  })
})
