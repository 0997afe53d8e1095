import { bytes, day, decimal, double, id, int, long, withA, type Case, type Row } from './case.js'

const stages = (
  name: string,
  docs: Row[],
  pipeline: Row[],
  right: Row[] | number,
  beside?: Case['beside'],
): Case => ({
  name,
  docs,
  pipeline,
  ...(typeof right === 'number' ? { refused: right } : { right }),
  ...(beside && { beside }),
})

const SALES = [
  { _id: 1, shop: 'a', n: 2, price: decimal('1.10') },
  { _id: 2, shop: 'b', n: 3, price: decimal('2.20') },
  { _id: 3, shop: 'a', n: 5, price: decimal('3.30') },
]

const byId = { $sort: { _id: 1 } }

export const STAGE_CASES: Case[] = [
  stages(
    '$group $sum of ints',
    SALES,
    [{ $group: { _id: '$shop', n: { $sum: '$n' } } }, byId],
    [
      { _id: 'a', n: 7 },
      { _id: 'b', n: 3 },
    ],
  ),
  stages(
    '$group $sum of Decimal128',
    SALES,
    [{ $group: { _id: null, total: { $sum: '$price' } } }],
    [{ _id: null, total: decimal('6.60') }],
  ),
  stages(
    '$group $sum of Longs',
    withA(long('9007199254740993'), long('2')),
    [{ $group: { _id: null, n: { $sum: '$a' } } }],
    [{ _id: null, n: long('9007199254740995') }],
  ),
  stages(
    '$group $sum of ints past 32 bits',
    withA(2147483647, 1),
    [{ $group: { _id: null, n: { $sum: '$a' } } }],
    [{ _id: null, n: long('2147483648') }],
  ),
  stages(
    '$group $sum of doubles carries the error',
    withA(0.1, 0.2, 0.3),
    [{ $group: { _id: null, n: { $sum: '$a' } } }],
    [{ _id: null, n: 0.6 }],
  ),
  stages(
    '$group $sum passes over what is no number',
    withA(1, 'x', null, undefined),
    [{ $group: { _id: null, n: { $sum: '$a' } } }],
    [{ _id: null, n: 1 }],
  ),
  stages(
    '$group $avg',
    SALES,
    [{ $group: { _id: null, n: { $avg: '$n' } } }],
    [{ _id: null, n: double(10 / 3) }],
  ),
  stages(
    '$group $avg of nothing is null',
    withA('x'),
    [{ $group: { _id: null, n: { $avg: '$a' } } }],
    [{ _id: null, n: null }],
  ),
  stages(
    '$group $min $max $first $last',
    SALES,
    [
      {
        $group: {
          _id: null,
          a: { $min: '$n' },
          b: { $max: '$n' },
          c: { $first: '$n' },
          d: { $last: '$n' },
        },
      },
    ],
    [{ _id: null, a: 2, b: 5, c: 2, d: 5 }],
  ),
  stages(
    '$group $push and $addToSet',
    withA(1, 1, double(1), undefined),
    [{ $group: { _id: null, p: { $push: '$a' }, s: { $addToSet: '$a' } } }],
    [{ _id: null, p: [1, 1, double(1)], s: [1] }],
  ),
  stages(
    '$group $count',
    SALES,
    [{ $group: { _id: null, n: { $count: {} } } }],
    [{ _id: null, n: 3 }],
  ),
  stages(
    '$group by ObjectId',
    withA(id('1'), id('2'), id('1')),
    [{ $group: { _id: '$a', n: { $sum: 1 } } }, byId],
    [
      { _id: id('1'), n: 2 },
      { _id: id('2'), n: 1 },
    ],
  ),
  stages(
    '$group by Binary',
    withA(bytes('c8'), bytes('c9')),
    [{ $group: { _id: '$a', n: { $sum: 1 } } }, byId],
    [
      { _id: bytes('c8'), n: 1 },
      { _id: bytes('c9'), n: 1 },
    ],
  ),
  stages(
    '$group puts null and missing together',
    withA(null, undefined),
    [{ $group: { _id: '$a', n: { $sum: 1 } } }],
    [{ _id: null, n: 2 }],
  ),
  stages(
    '$group puts equal numbers together',
    withA(1, long('1'), decimal('1.0')),
    [{ $group: { _id: '$a', n: { $sum: 1 } } }],
    [{ _id: 1, n: 3 }],
  ),
  stages(
    '$group by a document',
    SALES,
    [{ $group: { _id: { shop: '$shop' }, n: { $sum: 1 } } }, byId],
    [
      { _id: { shop: 'a' }, n: 2 },
      { _id: { shop: 'b' }, n: 1 },
    ],
  ),
  stages(
    '$group $stdDevPop',
    withA(2, 4, 4, 4, 5, 5, 7, 9),
    [{ $group: { _id: null, s: { $stdDevPop: '$a' } } }],
    [{ _id: null, s: double(2) }],
  ),
  stages(
    '$group $topN and $bottom',
    SALES,
    [
      {
        $group: {
          _id: null,
          t: { $topN: { n: 2, sortBy: { n: -1 }, output: '$n' } },
          b: { $bottom: { sortBy: { n: -1 }, output: '$n' } },
        },
      },
    ],
    [{ _id: null, t: [5, 3], b: 2 }],
  ),
  stages(
    '$group $firstN $maxN',
    SALES,
    [
      {
        $group: {
          _id: null,
          f: { $firstN: { n: 2, input: '$n' } },
          m: { $maxN: { n: 2, input: '$n' } },
        },
      },
    ],
    [{ _id: null, f: [2, 3], m: [5, 3] }],
  ),
  stages(
    '$group $mergeObjects',
    withA({ x: 1 }, { y: 2 }),
    [{ $group: { _id: null, o: { $mergeObjects: '$a' } } }],
    [{ _id: null, o: { x: 1, y: 2 } }],
  ),
  stages('$group refuses a missing _id', SALES, [{ $group: { n: { $sum: 1 } } }], 15955),
  stages(
    '$group refuses an unknown accumulator',
    SALES,
    [{ $group: { _id: null, n: { $foo: 1 } } }],
    15952,
  ),
  stages('$group refuses a plain field', SALES, [{ $group: { _id: null, n: 1 } }], 40234),
  stages(
    '$project keeps the order of the document, _id first',
    [{ _id: 1, b: 1, a: 2 }],
    [{ $project: { a: 1, b: 1 } }],
    [{ _id: 1, b: 1, a: 2 }],
  ),
  stages(
    '$project computed fields follow',
    [{ _id: 1, b: 1, a: 2 }],
    [{ $project: { z: '$a', b: 1 } }],
    [{ _id: 1, b: 1, z: 2 }],
  ),
  stages('$project refuses mixing', SALES, [{ $project: { a: 1, b: 0 } }], 31254),
  stages('$project refuses nothing', SALES, [{ $project: {} }], 51272),
  stages(
    '$addFields in a path',
    [{ _id: 1, a: { b: 1 } }],
    [{ $addFields: { 'a.c': 2, d: '$a.b' } }],
    [{ _id: 1, a: { b: 1, c: 2 }, d: 1 }],
  ),
  stages(
    '$addFields within arrays',
    [{ _id: 1, a: [{ b: 1 }, { b: 2 }] }],
    [{ $addFields: { 'a.c': 9 } }],
    [
      {
        _id: 1,
        a: [
          { b: 1, c: 9 },
          { b: 2, c: 9 },
        ],
      },
    ],
  ),
  stages(
    '$addFields $$REMOVE',
    [{ _id: 1, a: 1 }],
    [{ $addFields: { a: '$$REMOVE' } }],
    [{ _id: 1 }],
  ),
  stages(
    '$unset',
    [{ _id: 1, a: { b: 1, c: 2 }, d: 1 }],
    [{ $unset: ['a.b', 'd'] }],
    [{ _id: 1, a: { c: 2 } }],
  ),
  stages(
    '$unwind',
    [{ _id: 1, a: [1, 2] }, { _id: 2, a: [] }, { _id: 3 }, { _id: 4, a: 5 }],
    [{ $unwind: '$a' }],
    [
      { _id: 1, a: 1 },
      { _id: 1, a: 2 },
      { _id: 4, a: 5 },
    ],
  ),
  stages(
    '$unwind keeping empties with index',
    [
      { _id: 1, a: [7] },
      { _id: 2, a: [] },
      { _id: 3, a: null },
    ],
    [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } }],
    [
      { _id: 1, a: 7, i: long('0') },
      { _id: 2, i: null },
      { _id: 3, a: null, i: null },
    ],
  ),
  stages('$unwind refuses a path without $', SALES, [{ $unwind: 'a' }], 28818),
  stages(
    '$sort, $skip, $limit',
    SALES,
    [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { n: 1 } }],
    [{ _id: 2, n: 3 }],
  ),
  stages('$limit refuses 0', SALES, [{ $limit: 0 }], 15958),
  stages('$count', SALES, [{ $match: { shop: 'a' } }, { $count: 'n' }], [{ n: 2 }]),
  stages(
    '$count of nothing gives nothing',
    SALES,
    [{ $match: { shop: 'x' } }, { $count: 'n' }],
    [],
  ),
  stages('$count refuses a dollar name', SALES, [{ $count: '$n' }], 40158),
  stages(
    '$sortByCount',
    SALES,
    [{ $sortByCount: '$shop' }],
    [
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ],
  ),
  stages(
    '$bucket',
    withA(1, 5, 12, 99),
    [{ $bucket: { groupBy: '$a', boundaries: [0, 10, 20], default: 'other' } }],
    [
      { _id: 0, count: 2 },
      { _id: 10, count: 1 },
      { _id: 'other', count: 1 },
    ],
  ),
  stages(
    '$bucket refuses unsorted boundaries',
    withA(1),
    [{ $bucket: { groupBy: '$a', boundaries: [5, 1] } }],
    40194,
  ),
  stages(
    '$bucket refuses a value outside without default',
    withA(99),
    [{ $bucket: { groupBy: '$a', boundaries: [0, 10] } }],
    40066,
  ),
  stages(
    '$bucketAuto',
    withA(1, 2, 3, 4),
    [{ $bucketAuto: { groupBy: '$a', buckets: 2 } }],
    [
      { _id: { min: 1, max: 3 }, count: 2 },
      { _id: { min: 3, max: 4 }, count: 2 },
    ],
  ),
  stages(
    '$facet',
    SALES,
    [
      {
        $facet: {
          n: [{ $count: 'n' }],
          top: [{ $sort: { n: -1 } }, { $limit: 1 }, { $project: { n: 1 } }],
        },
      },
    ],
    [{ n: [{ n: 3 }], top: [{ _id: 3, n: 5 }] }],
  ),
  stages('$facet refuses $facet within', SALES, [{ $facet: { a: [{ $facet: {} }] } }], 40600),
  stages(
    '$replaceRoot',
    [{ _id: 1, a: { x: 1 } }],
    [{ $replaceRoot: { newRoot: '$a' } }],
    [{ x: 1 }],
  ),
  stages(
    '$replaceRoot refuses what is no document',
    withA(1),
    [{ $replaceRoot: { newRoot: '$a' } }],
    40228,
  ),
  stages(
    '$replaceWith $mergeObjects',
    [{ _id: 1, a: { x: 1 } }],
    [{ $replaceWith: { $mergeObjects: [{ y: 2 }, '$a'] } }],
    [{ y: 2, x: 1 }],
  ),
  stages(
    '$redact',
    [{ _id: 1, level: 1, inner: { level: 5, x: 1 }, y: 2 }],
    [{ $redact: { $cond: [{ $lte: ['$level', 3] }, '$$DESCEND', '$$PRUNE'] } }],
    [{ _id: 1, level: 1, y: 2 }],
  ),
  stages(
    '$sample of more than there is gives all',
    withA(1, 2),
    [{ $sample: { size: 5 } }, byId],
    [
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ],
  ),
  stages(
    '$lookup by field',
    withA(1, 2),
    [{ $lookup: { from: 'b', localField: 'a', foreignField: 'k', as: 'j' } }],
    [
      { _id: 1, a: 1, j: [{ _id: 7, k: 1 }] },
      { _id: 2, a: 2, j: [] },
    ],
    { b: [{ _id: 7, k: 1 }] },
  ),
  stages(
    '$lookup by array and by missing field',
    withA([1, 3], undefined),
    [{ $lookup: { from: 'b', localField: 'a', foreignField: 'k', as: 'j' } }],
    [
      {
        _id: 1,
        a: [1, 3],
        j: [
          { _id: 7, k: 1 },
          { _id: 8, k: 3 },
        ],
      },
      { _id: 2, j: [{ _id: 9 }] },
    ],
    { b: [{ _id: 7, k: 1 }, { _id: 8, k: 3 }, { _id: 9 }] },
  ),
  stages(
    '$lookup with let and pipeline',
    withA(1, 2),
    [
      {
        $lookup: {
          from: 'b',
          let: { v: '$a' },
          pipeline: [{ $match: { $expr: { $gte: ['$k', '$$v'] } } }, { $project: { _id: 0 } }],
          as: 'j',
        },
      },
    ],
    [
      { _id: 1, a: 1, j: [{ k: 1 }, { k: 2 }] },
      { _id: 2, a: 2, j: [{ k: 2 }] },
    ],
    {
      b: [
        { _id: 7, k: 1 },
        { _id: 8, k: 2 },
      ],
    },
  ),
  stages(
    '$lookup with let and an equality',
    withA(1),
    [
      {
        $lookup: {
          from: 'b',
          let: { v: '$a' },
          pipeline: [{ $match: { $expr: { $eq: ['$k', '$$v'] } } }],
          as: 'j',
        },
      },
    ],
    [{ _id: 1, a: 1, j: [{ _id: 7, k: 1 }] }],
    {
      b: [
        { _id: 7, k: 1 },
        { _id: 8, k: [1] },
      ],
    },
  ),
  stages(
    '$lookup by field and pipeline',
    withA(1),
    [
      {
        $lookup: {
          from: 'b',
          localField: 'a',
          foreignField: 'k',
          pipeline: [{ $sort: { _id: -1 } }, { $limit: 1 }],
          as: 'j',
        },
      },
    ],
    [{ _id: 1, a: 1, j: [{ _id: 8, k: 1 }] }],
    {
      b: [
        { _id: 7, k: 1 },
        { _id: 8, k: 1 },
      ],
    },
  ),
  stages(
    '$lookup refuses half a join',
    SALES,
    [{ $lookup: { from: 'b', localField: 'a', as: 'j' } }],
    9,
  ),
  stages(
    '$unionWith',
    withA(1),
    [{ $unionWith: { coll: 'b', pipeline: [{ $match: { k: 2 } }] } }],
    [
      { _id: 1, a: 1 },
      { _id: 8, k: 2 },
    ],
    {
      b: [
        { _id: 7, k: 1 },
        { _id: 8, k: 2 },
      ],
    },
  ),
  stages(
    '$graphLookup',
    [{ _id: 1, boss: 2 }],
    [
      {
        $graphLookup: {
          from: 'b',
          startWith: '$boss',
          connectFromField: 'boss',
          connectToField: '_id',
          as: 'up',
          depthField: 'd',
        },
      },
    ],
    [
      {
        _id: 1,
        boss: 2,
        up: [
          { _id: 2, boss: 3, d: long('0') },
          { _id: 3, d: long('1') },
        ],
      },
    ],
    { b: [{ _id: 2, boss: 3 }, { _id: 3 }, { _id: 4 }] },
  ),
  stages('refuses an unknown stage', SALES, [{ $foo: 1 }], 40324),
  stages('refuses two operators in a stage', SALES, [{ $limit: 1, $skip: 1 }], 40323),
  stages('refuses $out before the end', SALES, [{ $out: 'x' }, { $limit: 1 }], 40601),
  stages(
    'refuses $setWindowFields',
    SALES,
    [{ $setWindowFields: { sortBy: { n: 1 }, output: {} } }],
    115,
  ),
  stages(
    'refuses $densify',
    SALES,
    [{ $densify: { field: 'n', range: { step: 1, bounds: 'full' } } }],
    115,
  ),
  stages('refuses $fill', SALES, [{ $fill: { output: { n: { value: 1 } } } }], 115),
  stages('refuses $geoNear', SALES, [{ $geoNear: {} }], 115),
]

/** `value` is the expression's result over the given document, as field `v`. */
const expression = (name: string, doc: Row, expr: unknown, right: unknown): Case =>
  stages(
    name,
    [{ _id: 1, ...doc }],
    [{ $project: { _id: 0, v: expr } }],
    right === undefined ? [{}] : [{ v: right }],
  )

const refusal = (name: string, doc: Row, expr: unknown, code: number): Case =>
  stages(name, [{ _id: 1, ...doc }], [{ $project: { v: expr } }], code)

const AT = { d: day('2024-05-17T23:20:15.678Z') }

export const EXPRESSION_CASES: Case[] = [
  expression('$add ints', {}, { $add: [1, 2] }, 3),
  expression('$add int and long', { a: long('5') }, { $add: ['$a', 1] }, long('6')),
  expression(
    '$add Longs exactly',
    { a: long('9007199254740993') },
    { $add: ['$a', 2] },
    long('9007199254740995'),
  ),
  expression(
    '$add decimals',
    { a: decimal('0.1') },
    { $add: ['$a', decimal('0.2')] },
    decimal('0.3'),
  ),
  expression('$add doubles keeps double', {}, { $add: [double(1), 1] }, double(2)),
  expression('$add days to a date', AT, { $add: ['$d', 1000] }, day('2024-05-17T23:20:16.678Z')),
  expression('$add with null is null', {}, { $add: [1, null] }, null),
  expression('$add with a missing field is null', {}, { $add: [1, '$x'] }, null),
  expression(
    '$add past 64 bits goes on in double',
    { a: long('9223372036854775807') },
    { $add: ['$a', 1] },
    double(9223372036854775808),
  ),
  refusal('$add refuses a string', {}, { $add: [1, 'x'] }, 14),
  expression(
    '$subtract dates gives milliseconds as long',
    AT,
    { $subtract: ['$d', day('2024-05-17T23:20:15Z')] },
    long('678'),
  ),
  expression('$multiply decimals', {}, { $multiply: [decimal('1.10'), 3] }, decimal('3.30')),
  expression('$divide ints gives double', {}, { $divide: [7, 2] }, 3.5),
  expression('$divide evenly gives double', {}, { $divide: [8, 2] }, double(4)),
  expression(
    '$divide decimals',
    {},
    { $divide: [decimal('1'), decimal('3')] },
    decimal('0.3333333333333333333333333333333333'),
  ),
  refusal('$divide refuses zero', {}, { $divide: [1, 0] }, 2),
  expression('$mod', {}, { $mod: [-7, 3] }, -1),
  expression('$round half to even', {}, { $round: [double(2.5), 0] }, double(2)),
  expression('$round to places', {}, { $round: [1.255, 2] }, 1.26),
  expression('$round an int to tens', {}, { $round: [1234, -2] }, 1200),
  expression('$trunc', {}, { $trunc: [-1.79, 1] }, -1.7),
  expression('$floor keeps double', {}, { $floor: double(-1.5) }, double(-2)),
  expression('$ceil of a decimal', {}, { $ceil: decimal('1.2') }, decimal('2')),
  expression('$abs of an int', {}, { $abs: -5 }, 5),
  expression('$pow stays whole', {}, { $pow: [2, 10] }, 1024),
  expression('$sqrt', {}, { $sqrt: 16 }, double(4)),
  refusal('$sqrt refuses a negative', {}, { $sqrt: -1 }, 28714),
  refusal('$sqrt of a decimal is refused, not rounded', {}, { $sqrt: decimal('2') }, 14),
  expression('$cmp-like comparison across types', {}, { $lt: [1, 'a'] }, true),
  expression('missing is below null', {}, { $lt: ['$x', null] }, true),
  expression('missing does not equal null', {}, { $eq: ['$x', null] }, false),
  expression('$cond', { a: 5 }, { $cond: [{ $gte: ['$a', 5] }, 'y', 'n'] }, 'y'),
  expression(
    '$switch',
    { a: 5 },
    { $switch: { branches: [{ case: { $eq: ['$a', 1] }, then: 1 }], default: 2 } },
    2,
  ),
  refusal(
    '$switch refuses without a match',
    {},
    { $switch: { branches: [{ case: false, then: 1 }] } },
    40066,
  ),
  expression('$ifNull takes the first that is there', { a: null }, { $ifNull: ['$x', '$a', 7] }, 7),
  expression('$and over values', {}, { $and: [1, 'x', []] }, true),
  expression('$or over nothing true', {}, { $or: [0, null, false] }, false),
  expression('$not', {}, { $not: [0] }, true),
  expression(
    '$let',
    { a: 2 },
    { $let: { vars: { b: { $add: ['$a', 1] } }, in: { $multiply: ['$$b', 10] } } },
    30,
  ),
  refusal('refuses an undefined variable', {}, '$$nope', 17276),
  expression('$literal', {}, { $literal: '$a' }, '$a'),
  expression('a path through an array', { a: [{ b: 1 }, {}, { b: 2 }] }, '$a.b', [1, 2]),
  expression(
    '$map',
    { a: [1, 2] },
    { $map: { input: '$a', as: 'x', in: { $add: ['$$x', 1] } } },
    [2, 3],
  ),
  expression(
    '$filter',
    { a: [1, 5] },
    { $filter: { input: '$a', cond: { $gt: ['$$this', 2] } } },
    [5],
  ),
  expression(
    '$filter with limit',
    { a: [5, 6, 7] },
    { $filter: { input: '$a', cond: true, limit: 2 } },
    [5, 6],
  ),
  expression(
    '$reduce',
    { a: [1, 2, 3] },
    { $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
    6,
  ),
  expression('$size', { a: [1, 2] }, { $size: '$a' }, 2),
  refusal('$size refuses a missing field', {}, { $size: '$a' }, 17124),
  expression('$arrayElemAt from the end', { a: [1, 2] }, { $arrayElemAt: ['$a', -1] }, 2),
  expression(
    '$arrayElemAt beyond the end is missing',
    { a: [1] },
    { $arrayElemAt: ['$a', 5] },
    undefined,
  ),
  expression('$slice', { a: [1, 2, 3] }, { $slice: ['$a', 1, 2] }, [2, 3]),
  expression('$in', { a: [1, 2] }, { $in: [2, '$a'] }, true),
  refusal('$in refuses a missing list', {}, { $in: [2, '$a'] }, 40081),
  expression('$concatArrays', {}, { $concatArrays: [[1], [2]] }, [1, 2]),
  expression('$range', {}, { $range: [0, 5, 2] }, [0, 2, 4]),
  expression('$reverseArray', {}, { $reverseArray: [[1, 2]] }, [2, 1]),
  expression('$indexOfArray', {}, { $indexOfArray: [['a', 'b'], 'b'] }, 1),
  expression('$zip', {}, { $zip: { inputs: [[1, 2], ['a']], useLongestLength: true } }, [
    [1, 'a'],
    [2, null],
  ]),
  expression(
    '$sortArray',
    { a: [3, 1, 2] },
    { $sortArray: { input: '$a', sortBy: -1 } },
    [3, 2, 1],
  ),
  expression(
    '$objectToArray and back',
    { a: { x: 1 } },
    { $arrayToObject: { $objectToArray: '$a' } },
    { x: 1 },
  ),
  expression(
    '$mergeObjects',
    { a: { x: 1 } },
    { $mergeObjects: ['$a', { y: 2 }, null] },
    { x: 1, y: 2 },
  ),
  expression(
    '$getField with a dot in its name',
    { a: 1 },
    { $getField: { field: 'p.q', input: { $literal: { 'p.q': 5 } } } },
    5,
  ),
  expression(
    '$setUnion',
    {},
    {
      $setUnion: [
        [2, 1],
        [1, 3],
      ],
    },
    [1, 2, 3],
  ),
  expression(
    '$setIntersection',
    {},
    {
      $setIntersection: [
        [1, 2, 3],
        [3, 2],
      ],
    },
    [2, 3],
  ),
  expression('$setDifference', {}, { $setDifference: [[1, 2, 3], [2]] }, [1, 3]),
  expression(
    '$setEquals',
    {},
    {
      $setEquals: [
        [1, 2, 2],
        [2, 1],
      ],
    },
    true,
  ),
  expression('$setIsSubset', {}, { $setIsSubset: [[1], [1, 2]] }, true),
  expression('$sum over an array', { a: [1, 2, 'x'] }, { $sum: '$a' }, 3),
  expression('$max over arguments', {}, { $max: [1, 5, null] }, 5),
  expression('$concat', { a: 'x' }, { $concat: ['$a', '-', 'y'] }, 'x-y'),
  refusal('$concat refuses a number', {}, { $concat: ['x', 1] }, 16702),
  expression('$toUpper of null is empty', {}, { $toUpper: null }, ''),
  expression('$substrCP counts characters', {}, { $substrCP: ['h\u00e9llo', 1, 2] }, '\u00e9l'),
  expression('$strLenBytes counts bytes', {}, { $strLenBytes: 'h\u00e9' }, 3),
  expression('$strLenCP counts characters', {}, { $strLenCP: '\u{1F600}' }, 1),
  expression('$indexOfCP', {}, { $indexOfCP: ['\u{1F600}ab', 'b'] }, 2),
  expression('$split', {}, { $split: ['a-b', '-'] }, ['a', 'b']),
  expression('$trim', {}, { $trim: { input: '  a ' } }, 'a'),
  expression(
    '$replaceAll',
    {},
    { $replaceAll: { input: 'a.a', find: 'a', replacement: { $literal: '$&' } } },
    '$&.$&',
  ),
  expression('$regexMatch', {}, { $regexMatch: { input: 'Abc', regex: /^a/i } }, true),
  expression(
    '$regexFind',
    {},
    { $regexFind: { input: 'xab', regex: '(a)(b)' } },
    { match: 'ab', idx: 1, captures: ['a', 'b'] },
  ),
  expression('$type', { a: long('1') }, { $type: '$a' }, 'long'),
  expression('$type of a missing field', {}, { $type: '$a' }, 'missing'),
  expression('$toInt cuts', {}, { $toInt: 3.9 }, 3),
  expression('$toLong from text', {}, { $toLong: '9007199254740993' }, long('9007199254740993')),
  expression('$toDecimal from text', {}, { $toDecimal: '1.10' }, decimal('1.10')),
  expression(
    '$toString of an ObjectId',
    { a: id('ab') },
    { $toString: '$a' },
    '0000000000000000000000ab',
  ),
  expression('$toObjectId', {}, { $toObjectId: '0000000000000000000000ab' }, id('ab')),
  expression('$toBool of text is true', {}, { $toBool: 'false' }, true),
  expression(
    '$toDate from text',
    {},
    { $toDate: '2024-05-17T23:20:15Z' },
    day('2024-05-17T23:20:15Z'),
  ),
  expression('$convert with onError', {}, { $convert: { input: 'x', to: 'int', onError: -1 } }, -1),
  refusal('$toInt refuses words', {}, { $toInt: 'x' }, 241),
  refusal('$toInt refuses what does not fit', {}, { $toInt: long('99999999999') }, 241),
  expression(
    'parts of a date in a time zone',
    AT,
    { $dayOfMonth: { date: '$d', timezone: 'Europe/Berlin' } },
    18,
  ),
  expression('$hour by offset', AT, { $hour: { date: '$d', timezone: '-05:30' } }, 17),
  expression('$dayOfWeek', AT, { $dayOfWeek: '$d' }, 6),
  expression(
    '$isoWeekYear is not the calendar year',
    { d: day('2021-01-01') },
    { $isoWeekYear: '$d' },
    long('2020'),
  ),
  expression('$isoWeek', { d: day('2021-01-01') }, { $isoWeek: '$d' }, 53),
  expression('$week', { d: day('2024-01-07') }, { $week: '$d' }, 1),
  expression(
    '$dateToString',
    AT,
    { $dateToString: { date: '$d', format: '%Y-%m-%d %H:%M %z', timezone: 'America/New_York' } },
    '2024-05-17 19:20 -0400',
  ),
  expression(
    '$dateToString by default',
    AT,
    { $dateToString: { date: '$d' } },
    '2024-05-17T23:20:15.678Z',
  ),
  refusal(
    '$dateToString refuses an unknown letter',
    AT,
    { $dateToString: { date: '$d', format: '%Q' } },
    18536,
  ),
  expression(
    '$dateFromString with a zone',
    {},
    {
      $dateFromString: {
        dateString: '2024-05-17 23:20',
        format: '%Y-%m-%d %H:%M',
        timezone: 'Europe/Berlin',
      },
    },
    day('2024-05-17T21:20:00Z'),
  ),
  refusal('$dateFromString refuses words', {}, { $dateFromString: { dateString: 'soon' } }, 241),
  expression(
    '$dateFromParts carries over',
    {},
    { $dateFromParts: { year: 2024, month: 14, day: 1 } },
    day('2025-02-01'),
  ),
  expression(
    '$dateToParts',
    AT,
    { $dateToParts: { date: '$d' } },
    { year: 2024, month: 5, day: 17, hour: 23, minute: 20, second: 15, millisecond: 678 },
  ),
  expression(
    '$dateTrunc to the day in Berlin',
    AT,
    { $dateTrunc: { date: '$d', unit: 'day', timezone: 'Europe/Berlin' } },
    day('2024-05-17T22:00:00Z'),
  ),
  expression(
    '$dateTrunc to the month',
    AT,
    { $dateTrunc: { date: '$d', unit: 'month' } },
    day('2024-05-01'),
  ),
  expression(
    '$dateTrunc to the week from Monday',
    AT,
    { $dateTrunc: { date: '$d', unit: 'week', startOfWeek: 'monday' } },
    day('2024-05-13'),
  ),
  expression(
    '$dateTrunc to quarters of an hour',
    AT,
    { $dateTrunc: { date: '$d', unit: 'minute', binSize: 15 } },
    day('2024-05-17T23:15:00Z'),
  ),
  expression(
    '$dateAdd a month to January 31',
    { d: day('2024-01-31') },
    { $dateAdd: { startDate: '$d', unit: 'month', amount: 1 } },
    day('2024-02-29'),
  ),
  expression(
    '$dateAdd a day across summer time',
    { d: day('2024-03-30T12:00:00Z') },
    { $dateAdd: { startDate: '$d', unit: 'day', amount: 1, timezone: 'Europe/Berlin' } },
    day('2024-03-31T11:00:00Z'),
  ),
  expression(
    '$dateSubtract',
    { d: day('2024-03-31') },
    { $dateSubtract: { startDate: '$d', unit: 'month', amount: 1 } },
    day('2024-02-29'),
  ),
  expression(
    '$dateDiff counts boundaries',
    {},
    {
      $dateDiff: {
        startDate: day('2023-12-31T23:59:00Z'),
        endDate: day('2024-01-01'),
        unit: 'year',
      },
    },
    long('1'),
  ),
  expression(
    '$dateDiff in days of a time zone',
    {},
    {
      $dateDiff: {
        startDate: day('2024-05-17T21:00:00Z'),
        endDate: day('2024-05-17T23:00:00Z'),
        unit: 'day',
        timezone: 'Europe/Berlin',
      },
    },
    long('1'),
  ),
  refusal(
    'refuses an unknown time zone',
    AT,
    { $hour: { date: '$d', timezone: 'Mars/Base' } },
    40485,
  ),
  refusal('refuses a string as date', {}, { $year: 'x' }, 16006),
  refusal('refuses two operators in an expression', {}, { $add: [1], $subtract: [1, 1] }, 15983),
  refusal('refuses too many arguments', {}, { $subtract: [1, 2, 3] }, 16020),
  refusal('refuses $function', {}, { $function: { body: 'x', args: [], lang: 'js' } }, 31325),
  expression('an int stays an int', { a: int(1) }, '$a', int(1)),
]
