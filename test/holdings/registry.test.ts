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

const personal = /^(learnerId|learnerName|accountId|email|phone)$/

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
    for (const { collection, field, hides = [] } of holdings) {
      expect([...known.keys()]).to.include(collection)
      for (const path of [field, ...hides]) expect(known.get(collection)).to.include(path)
    }
  })

  it('has an index for each way of finding rows', () => {
    const without = holdings.filter(({ collection, field, inCommunity }) => {
      const model = Object.values(mongoose.models).find((one) => one.collection.name === collection)
      const wanted = inCommunity ? ['communityId', field] : [field]
      return !(
        field === '_id' ||
        model?.schema.indexes().some(([keys, options]) => {
          const names = Object.keys(keys)
          return (
            wanted.every((name, at) => names[at] === name) &&
            options.partialFilterExpression === undefined
          )
        })
      )
    })

    expect(without.map(({ collection }) => collection)).to.deep.equal([])
  })

  for (const { collection } of holdings)
    it(`has words for ${collection}, in both languages`, () => {
      expect(isKey(`holdings:collection.${collection}`, 'en')).to.equal(true)
      expect(isKey(`holdings:collection.${collection}`, 'es')).to.equal(true)
    })
})
