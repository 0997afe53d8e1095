import {
  BSONRegExp,
  Binary,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { expect } from 'chai'
import fc from 'fast-check'
import { cutFields, fieldsOf, parseDoc, toBytes } from '../../src/embedded-mongo/codec.js'
import { compareValues, valueKey, valuesEqual } from '../../src/embedded-mongo/encode.js'
import { compileSort, encodeKey, indexRows, sorted } from '../../src/embedded-mongo/keys.js'
import { cutKey, isLong, spaceKey, withRid } from '../../src/embedded-mongo/keyspace.js'
import { compileMatch } from '../../src/embedded-mongo/match.js'
import { compileProjection } from '../../src/embedded-mongo/project.js'
import { rangesOf } from '../../src/embedded-mongo/ranges.js'
import { compileUpdate, upsertSeed } from '../../src/embedded-mongo/update.js'

type Row = Record<string, unknown>

const keyOf = (values: unknown[], directions: (1 | -1)[]) =>
  encodeKey(
    values,
    directions.map((direction) => ({ direction })),
  )

const edges = ['0', '1', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808']

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }).map((value) => new Int32(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.constantFrom(...edges).map((text) => Long.fromString(text)),
  fc.double().map((value) => new Double(value)),
  fc
    .constantFrom(0.1, 0.5, -0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53)
    .map((value) => new Double(value)),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -40, max: 40 }),
    )
    .map(([digits, power]) => Decimal128.fromString(`${digits}E${power}`)),
  fc
    .constantFrom(
      ...edges,
      '0.1',
      '0.5',
      '1.50',
      'NaN',
      'Infinity',
      '-Infinity',
      '1E-6176',
      '9E+6144',
      '-9E+6144',
    )
    .map((text) => Decimal128.fromString(text)),
)

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '\0', 'a', 'a\0', 'a\0b', '\u{1F600}', '\uFF5E', 'x'.repeat(300)),
)

const scalars = fc.oneof(
  numbers,
  numbers,
  texts,
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc
    .tuple(fc.uint8Array({ maxLength: 5 }), fc.constantFrom(0, 4, 5, 128))
    .map(([bytes, subtype]) => new Binary(bytes, subtype)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc
    .tuple(fc.stringMatching(/^[a-z]{0,3}$/), fc.constantFrom('', 'i'))
    .map(([a, b]) => new BSONRegExp(a, b)),
  fc.stringMatching(/^[a-z]{0,3}$/).map((code) => new Code(code)),
  fc.constantFrom(new MinKey(), new MaxKey()),
)

const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a\u00e9'), tie('value'), { maxKeys: 3 }),
  ),
}))

const rows = fc.dictionary(fc.constantFrom('a', 'b', 'c'), values, { maxKeys: 3 })

const check = <T extends [unknown, ...unknown[]]>(
  property: fc.IProperty<T>,
  numRuns = 2000,
): void => {
  fc.assert(property, { numRuns })
}

describe('laws of comparison and index keys', () => {
  it('orders index keys exactly as values compare, up and down', () => {
    check(
      fc.property(values, values, (a, b) => {
        const order = Math.sign(compareValues(a, b))
        expect(Math.sign(Buffer.compare(keyOf([a], [1]), keyOf([b], [1])))).to.equal(order)
        expect(Math.sign(Buffer.compare(keyOf([a], [-1]), keyOf([b], [-1])))).to.equal(0 - order)
      }),
      5000,
    )
  })

  it('orders numbers of every kind in keys by their exact value', () => {
    check(
      fc.property(numbers, numbers, (a, b) => {
        const keys = Buffer.compare(keyOf([a], [1]), keyOf([b], [1]))
        expect(Math.sign(keys)).to.equal(Math.sign(compareValues(a, b)))
      }),
      10_000,
    )
  })

  it('orders compound keys field by field with mixed directions', () => {
    const pair = fc.tuple(values, values)
    check(
      fc.property(pair, pair, (a, b) => {
        const order = compareValues(a[0], b[0]) || -compareValues(a[1], b[1])
        const keys = Buffer.compare(keyOf(a, [1, -1]), keyOf(b, [1, -1]))
        expect(Math.sign(keys)).to.equal(Math.sign(order))
      }),
    )
  })

  it('starts a compound key with the key of its first fields', () => {
    check(
      fc.property(values, values, (a, b) => {
        const start = keyOf([a], [1, -1])
        expect(keyOf([a, b], [1, -1]).subarray(0, start.length)).to.deep.equal(start)
      }),
    )
  })

  it('is a total order', () => {
    check(
      fc.property(values, values, values, (a, b, c) => {
        expect(compareValues(a, a)).to.equal(0)
        expect(Math.sign(compareValues(a, b))).to.equal(0 - Math.sign(compareValues(b, a)))
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
          expect(compareValues(a, c)).to.be.at.most(0)
      }),
      5000,
    )
  })

  it('gives two values one group key exactly when they are equal', () => {
    check(
      fc.property(values, values, (a, b) => {
        expect(valueKey(a) === valueKey(b)).to.equal(valuesEqual(a, b))
      }),
    )
  })

  it('keeps every key within what the store can hold and tells long values apart', () => {
    const long = fc.string({ unit: 'binary', minLength: 1900, maxLength: 2500 })
    check(
      fc.property(fc.array(long, { minLength: 1, maxLength: 8 }), long, (many, other) => {
        const directions = many.map(() => 1 as const)
        const cut = (texts: string[]) => cutKey(spaceKey(7, keyOf(texts, directions)))
        expect(withRid(cut(many), 1).length).to.be.at.most(1978)
        const [first = ''] = many
        expect(cut([first]).equals(cut([first + other]))).to.equal(false)
        expect(isLong(cut([first + other]))).to.equal(true)
      }),
      50,
    )
  })

  it('refuses two arrays side by side and gives one key per element of one', () => {
    const fields = [
      { path: 'a', direction: 1 as const },
      { path: 'b', direction: 1 as const },
    ]
    expect(() => indexRows({ a: [1], b: [2] }, fields))
      .to.throw()
      .with.property('code', 171)
    expect(indexRows({ a: [1, 2], b: 'x' }, fields).rows).to.deep.equal([
      [1, 'x'],
      [2, 'x'],
    ])
    expect(indexRows({ c: 1 }, fields).rows).to.deep.equal([[undefined, undefined]])
  })
})

describe('laws of queries', () => {
  const sortable = rows.filter(({ a, b }) => !(Array.isArray(a) && Array.isArray(b)))

  it('sorts as the comparison of its fields says, whatever the order before', () => {
    check(
      fc.property(fc.array(sortable, { maxLength: 8 }), (docs) => {
        const textOf = compileSort({ a: 1, b: -1 })
        const once = sorted(docs, textOf).map(textOf)
        expect(sorted([...docs].reverse(), textOf).map(textOf)).to.deep.equal(once)
      }),
      500,
    )
  })

  it('finds what was set, and nothing else about the document changes', () => {
    const settable = values.filter((value) => !(value instanceof BSONRegExp))
    check(
      fc.property(rows, settable, (doc, value) => {
        const before = valueKey(doc)
        const update = compileUpdate({ $set: { a: value } })
        const after = update.apply(doc, { inserting: false })
        expect(valueKey(doc)).to.equal(before)
        expect(compileMatch({ a: { $eq: value } })(after)).to.equal(true)
        for (const name of ['b', 'c']) expect(valuesEqual(after[name], doc[name])).to.equal(true)
      }),
    )
  })

  it('applies $set a second time without a change', () => {
    check(
      fc.property(rows, values, (doc, value) => {
        const update = compileUpdate({ $set: { 'x.y': value } })
        const once = update.apply(doc, { inserting: false })
        const twice = update.apply(once, { inserting: false })
        expect(valuesEqual(once, twice)).to.equal(true)
      }),
      500,
    )
  })

  it('adds and takes away the same whole number exactly', () => {
    const whole = fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n })
    check(
      fc.property(whole, whole, (start, step) => {
        const context = { inserting: false }
        const up = compileUpdate({ $inc: { n: Long.fromBigInt(step) } })
        const down = compileUpdate({ $inc: { n: Long.fromBigInt(-step) } })
        const back = down.apply(up.apply({ n: Long.fromBigInt(start) }, context), context)
        expect(String(back.n)).to.equal(String(start))
      }),
    )
  })

  it('matches the document an upsert seeds from the filter', () => {
    const plain = scalars.filter((value) => !(value instanceof BSONRegExp))
    check(
      fc.property(plain, plain, (a, b) => {
        const filter = { a, 'b.c': { $eq: b } }
        expect(compileMatch(filter)(upsertSeed(filter))).to.equal(true)
      }),
    )
  })

  it('never gives index ranges that leave out a match', () => {
    const operators = fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte')
    check(
      fc.property(rows, operators, scalars, (doc, operator, operand) => {
        if (operand instanceof BSONRegExp) return
        const filter: Row = { a: { [operator]: operand } }
        const found = indexRows(doc, [{ path: 'a', direction: 1 }])
        const asked = rangesOf(filter, 'a', found.arrayPaths.length > 0)
        if (!asked) return
        const keys = found.rows.map((row) => keyOf(row, [1]))
        const inside = keys.some((key) =>
          asked.ranges.some(
            ({ low, high }) => Buffer.compare(low, key) <= 0 && Buffer.compare(key, high) < 0,
          ),
        )
        if (compileMatch(filter)(doc)) expect(inside).to.equal(true)
        else if (asked.exact && found.arrayPaths.length === 0) expect(inside).to.equal(false)
      }),
      5000,
    )
  })

  it('cuts stored bytes to what the projection makes of the document', () => {
    const names = fc.subarray(['_id', 'a', 'b', 'c', 'x', 'absent'])
    const projections = fc
      .tuple(names, fc.boolean(), fc.constantFrom(undefined, true, false))
      .map(([fields, flag, id]) => ({
        ...Object.fromEntries(fields.map((name) => [name, name === '_id' ? (id ?? flag) : flag])),
      }))
    check(
      fc.property(rows, values, projections, (doc, id, projection) => {
        const bytes = toBytes({ _id: id, ...doc })
        const project = compileProjection(projection)
        if (!project) return
        const decoded = toBytes(project.ofDoc(parseDoc(bytes)))
        expect(project.ofBytes(bytes).equals(decoded)).to.equal(true)
      }),
      2000,
    )
  })

  it('matches the fields a filter looks at as it matches the whole document', () => {
    const conditions = fc.tuple(fc.constantFrom('a', 'b', 'x.y', 'b.0.c'), values)
    const filters = fc
      .tuple(conditions, conditions)
      .map(([[p, v], [q, w]]) => ({ $or: [{ [p]: v }, { $nor: [{ [q]: { $in: [w, null] } }] }] }))
    check(
      fc.property(rows, filters, (doc, filter) => {
        const bytes = toBytes(doc)
        const test = compileMatch(filter)
        const seen = parseDoc(cutFields(bytes, fieldsOf(filter) ?? [], true))
        expect(test(seen)).to.equal(test(parseDoc(bytes)))
      }),
      2000,
    )
  })

  it('takes the whole document for a filter that may look at all of it', () => {
    expect(fieldsOf({ a: 1, $expr: { $eq: ['$b', 1] } })).to.equal(undefined)
    expect(fieldsOf({ $and: [{ $expr: true }] })).to.equal(undefined)
  })
})
