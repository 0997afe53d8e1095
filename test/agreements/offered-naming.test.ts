import { expect } from 'chai'
import { agreementsNaming, insertAgreements } from '../../src/agreements/agreement-store.js'
import { offeredOn } from '../../src/agreements/agreement.js'
import { offeredNaming } from '../../src/agreements/offered-naming.js'
import { community } from '../support/build-access.js'
import { anAgreement } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const today = '2015-03-09'
const padded = (at: number) => String(at).padStart(3, '0')
const courses = (found: readonly { readonly course: string }[]) =>
  new Set(found.map(({ course }) => course))

describe('the agreements in force that name a badge', () => {
  beforeEach(emptyDatabase)

  const ids = async (badges: readonly string[]) =>
    (await offeredNaming(community, badges, today, 4)).map(({ id }) => id)

  it('are all of them while they are few, without those replaced, ended, to come or elsewhere', async () => {
    await insertAgreements([
      anAgreement({ series: 'kept', badges: { of: ['html'] } }),
      anAgreement({ series: 'replaced', badges: { of: ['html'] } }),
      anAgreement({ series: 'replaced', version: 2, badges: { of: ['php'] }, from: '2015-01-01' }),
      anAgreement({ series: 'closed', badges: { of: ['html'] } }),
      anAgreement({ series: 'closed', version: 2, from: '2015-01-01', retired: true }),
      anAgreement({ series: 'ended', badges: { of: ['html'] }, to: '2015-03-08' }),
      anAgreement({ series: 'later', badges: { of: ['html'] }, from: '2015-03-10' }),
      anAgreement({ series: 'far', badges: { of: ['html'] }, communityId: 'elsewhere' }),
      anAgreement({ series: 'other', badges: { of: ['git'] } }),
    ])

    expect(await ids(['html', 'css'])).to.deep.equal(['kept-v1'])
    expect(await ids(['git', 'html'])).to.deep.equal(['kept-v1', 'other-v1'])
    expect(await ids([])).to.deep.equal([])
  })

  it('are enough for a few courses of each badge once they are many, also behind many replaced ones', async () => {
    const many = Array.from({ length: 90 }, (_, at) =>
      anAgreement({
        series: `s${padded(at)}`,
        course: `C ${padded(at)}`,
        badges: { of: ['html'] },
      }),
    )
    const gone = many
      .slice(0, 40)
      .map(({ series, course }) =>
        anAgreement({ series, course, version: 2, from: '2015-01-01', badges: { of: ['php'] } }),
      )
    const twins = Array.from({ length: 9 }, (_, at) =>
      anAgreement({ series: `t${padded(at)}`, course: 'Same', badges: { of: ['css'] } }),
    )
    const last = anAgreement({ series: 'u', course: 'Last', badges: { of: ['css'] } })
    await insertAgreements([...many, ...twins, last])
    await insertAgreements(gone)

    const found = await offeredNaming(community, ['html', 'css', 'none'], today, 4)

    const naming = (badge: string) => found.filter(({ badges: { of } }) => of.includes(badge))
    const all = offeredOn(await agreementsNaming(community, ['html', 'css']), today)
    expect(all.map(({ id }) => id)).to.include.members(found.map(({ id }) => id))
    expect(courses(naming('html')).size).to.be.within(4, 12)
    expect(courses(naming('css'))).to.deep.equal(new Set(['Same', 'Last']))
    expect(found.length).to.be.lessThan(30)
  })
})
