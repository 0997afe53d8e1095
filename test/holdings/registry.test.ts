import { expect } from 'chai'
import mongoose, { type Schema } from 'mongoose'
import { holdings } from '../../src/holdings/holdings.js'
import { isKey } from '../../src/http/language.js'
import { testApp } from '../support/app.js'

/** Collections that name a person who is no learner, or a learner only by an id that leads nowhere, and why that is right. */
const notHeld: Readonly<Record<string, string>> = {
  audits: 'names a broken chain by the id of its learner, nothing of the person',
  'center-imports': 'accountId is the manager who sent a directory',
  departures: 'the note of leaving itself: its marks go with the person; test/holdings/leave',
  'case-views': 'accountId is the member of staff who keeps the view',
  'extract-checks':
    'accountId is the manager who checked; a participant stands in it by the code of the extract',
  'readiness-trials': 'accountId is the manager who tried rules; learners are counted only',
}

const personal = /^(learnerId|learnerIds|keptId|goneId|learnerName|goneName|accountId|email|phone)$/

/** Fields that hold the id of a learner. */
const learnerIds = /(^|\.)(learnerId|learnerIds|keptId|goneId)$/

/** Fields of any shape in rows about learners: each may be a copy of what is said elsewhere, and this is why it may be there. */
const anyShape: Readonly<Record<string, string>> = {
  'claims.announcements.about':
    'ids, on their way to a college; goes with the claim, cut from a granted one',
  'imports.warnings.params': 'goes with the import',
  'learner-merges.goneRow': 'the joined record, for undoing; cut when the days for that are over',
  'learner-merges.keptAfter': 'what joining changed; cut with it',
  'learner-merges.keptBefore': 'what joining changed; cut with it',
  'messages.params': 'words of one mail; goes with it',
  'referrals.announcements.about': 'ids, on their way to a center; cut when the learner leaves',
  'referrals.proof': 'cut down to whether it was met when the learner leaves',
}

function* pathsOf(schema: Schema, prefix = ''): Generator<string> {
  for (const [name, type] of Object.entries(schema.paths)) {
    yield prefix + name
    if (type.schema) yield* pathsOf(type.schema, `${prefix}${name}.`)
  }
}

/** Fields that name a person directly; a mail on its way (outbox) is a message a moment later. */
const namesSomebody = (schema: Schema): string[] =>
  [...pathsOf(schema)].filter(
    (path) => !path.includes('outbox.') && personal.test(path.split('.').at(-1) ?? ''),
  )

describe('the table of holdings', () => {
  before(() => {
    testApp()
  })

  it('holds every collection that names a learner', () => {
    const missing = Object.values(mongoose.models)
      .filter(({ schema }) => namesSomebody(schema).length > 0)
      .map(({ collection }) => collection.name)
      .filter((name) => !(name in notHeld) && !staffOnly.has(name))
      .filter((name) => holdings.every(({ collection }) => collection !== name))

    expect(missing, 'put it into src/holdings/holdings.ts, or say why not').to.deep.equal([])
  })

  /** Who works for an organization is named here, never a learner. */
  const staffOnly = new Set(['organizations', 'agreement-drafts', 'centers'])

  it('names collections and fields that are there', () => {
    const known = new Map(
      Object.values(mongoose.models).map(({ collection, schema }) => [
        collection.name,
        [...pathsOf(schema)],
      ]),
    )
    for (const { collection, field, orField = field, hides = [] } of holdings) {
      expect([...known.keys()]).to.include(collection)
      for (const path of [field, orField, ...hides]) expect(known.get(collection)).to.include(path)
    }
  })

  it('finds rows by every field that holds the id of a learner', () => {
    const byLearner = new Set(
      holdings.filter(({ names }) => names === 'learner').map(({ collection }) => collection),
    )
    const past = Object.values(mongoose.models).flatMap(({ collection: { name }, schema }) =>
      [...pathsOf(schema)]
        .filter((path) => byLearner.has(name) && learnerIds.test(path))
        .filter((path) =>
          holdings.every(
            ({ collection, field, orField }) =>
              collection !== name || (field !== path && orField !== path),
          ),
        )
        .map((path) => `${name}.${path}`),
    )

    expect(past, 'rows found by another field only stay when the person leaves').to.deep.equal([])
  })

  it('says of every field of any shape why it may be there', () => {
    const held = new Set(holdings.map(({ collection }) => collection))
    const found = Object.values(mongoose.models).flatMap(({ collection: { name }, schema }) =>
      [...pathsOf(schema)]
        .filter((path) => held.has(name) && !path.includes('outbox.'))
        .filter((path) => schema.path(path).instance === 'Mixed')
        .map((path) => `${name}.${path}`),
    )

    expect(found.sort()).to.deep.equal(Object.keys(anyShape).sort())
  })

  it('has an index for each way of finding rows', () => {
    const ways = holdings.flatMap(({ collection, field, orField, inCommunity }) =>
      [field, ...(orField === undefined ? [] : [orField])].map((by) => ({
        collection,
        wanted: inCommunity ? ['communityId', by] : [by],
      })),
    )
    const without = ways.filter(({ collection, wanted }) => {
      const model = Object.values(mongoose.models).find((one) => one.collection.name === collection)
      return !(
        wanted.includes('_id') ||
        model?.schema.indexes().some(([keys, options]) => {
          const names = Object.keys(keys)
          return (
            wanted.every((name, at) => names[at] === name) &&
            options.partialFilterExpression === undefined
          )
        })
      )
    })

    expect(without).to.deep.equal([])
  })

  for (const { collection } of holdings)
    it(`has words for ${collection}, in both languages`, () => {
      expect(isKey(`holdings:collection.${collection}`, 'en')).to.equal(true)
      expect(isKey(`holdings:collection.${collection}`, 'es')).to.equal(true)
    })
})
