import { bytes, decimal, double, id, int, long, withA, type Case, type Row } from './case.js'

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

/** MongoDB's stages that are left out. */
const STAGES_LEFT_OUT =
  '$bucket $bucketAuto $collStats $densify $facet $fill $geoNear $graphLookup $indexStats $merge $out $redact $replaceRoot $replaceWith $sample $setWindowFields $sortByCount $unionWith'

export const STAGE_CASES: Case[] = [
  stages('$limit refuses a part at the head too', SALES, [{ $limit: 2.5 }], 15958),
  stages('$skip refuses a part at the head too', SALES, [{ $skip: 1.5 }], 5107200),
  stages(
    '$addFields refuses a field within one it sets, in either order',
    SALES,
    [{ $addFields: { x: { y: 1 }, 'x.y': 2 } }],
    40176,
  ),
  stages(
    '$group counts in the kind of its one',
    SALES,
    [{ $group: { _id: null, n: { $sum: double(1) } } }],
    [{ _id: null, n: double(3) }],
  ),
  stages('refuses $documents on a collection', SALES, [{ $documents: [{ q: 1 }] }], 40324),
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
    '$group refuses $sum of Decimal128',
    SALES,
    [{ $group: { _id: null, total: { $sum: '$price' } } }],
    115,
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
    '$group $min $max',
    SALES,
    [{ $group: { _id: null, a: { $min: '$n' }, b: { $max: '$n' } } }],
    [{ _id: null, a: 2, b: 5 }],
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
    'refuses to keep what $unwind finds empty',
    SALES,
    [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }],
    115,
  ),
  stages(
    'refuses the index of $unwind',
    SALES,
    [{ $unwind: { path: '$a', includeArrayIndex: 'i' } }],
    115,
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
    '$lookup by an array within an array, and by an empty one',
    [
      { _id: 1, a: [{ k: [1, 3] }, { k: 4 }] },
      { _id: 2, a: [] },
    ],
    [{ $lookup: { from: 'b', localField: 'a.k', foreignField: 'k', as: 'j' } }],
    [
      {
        _id: 1,
        a: [{ k: [1, 3] }, { k: 4 }],
        j: [
          { _id: 7, k: 1 },
          { _id: 8, k: 3 },
        ],
      },
      { _id: 2, a: [], j: [{ _id: 9 }] },
    ],
    { b: [{ _id: 7, k: 1 }, { _id: 8, k: 3 }, { _id: 9 }] },
  ),
  stages(
    '$unwind makes nothing of a path that is missing',
    withA(undefined, 5),
    [{ $unwind: '$a.b' }],
    [],
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
    '$lookup gives each document what it has bound, in its kind',
    withA(int(1), double(1)),
    [{ $lookup: { from: 'b', let: { v: '$a' }, pipeline: [{ $project: { v: '$$v' } }], as: 'j' } }],
    [
      { _id: 1, a: int(1), j: [{ _id: 7, v: int(1) }] },
      { _id: 2, a: double(1), j: [{ _id: 7, v: double(1) }] },
    ],
    { b: [{ _id: 7 }] },
  ),
  stages(
    '$lookup tells null from missing',
    withA(null, undefined),
    [
      {
        $lookup: {
          from: 'b',
          let: { v: '$a' },
          pipeline: [{ $project: { isNull: { $eq: ['$$v', null] } } }],
          as: 'j',
        },
      },
    ],
    [
      { _id: 1, a: null, j: [{ _id: 7, isNull: true }] },
      { _id: 2, j: [{ _id: 7, isNull: false }] },
    ],
    { b: [{ _id: 7 }] },
  ),
  stages(
    '$lookup refuses half a join',
    SALES,
    [{ $lookup: { from: 'b', localField: 'a', as: 'j' } }],
    9,
  ),
  stages(
    '$lookup refuses a pipeline that is no list',
    SALES,
    [{ $lookup: { from: 'b', pipeline: null, as: 'j' } }],
    9,
  ),
  stages('refuses an unknown stage', SALES, [{ $foo: 1 }], 40324),
  stages('refuses two operators in a stage', SALES, [{ $limit: 1, $skip: 1 }], 40323),
  stages('refuses $fill', SALES, [{ $fill: { output: { n: { value: 1 } } } }], 40324),
  stages('refuses $geoNear', SALES, [{ $geoNear: {} }], 40324),
  ...'$addToSet $avg $bottom $bottomN $mergeObjects $first $firstN $last $lastN $maxN $median $minN $percentile $push $stdDevPop $stdDevSamp $top $topN'
    .split(' ')
    .map((name) =>
      stages(`$group refuses ${name}`, SALES, [{ $group: { _id: 1, v: { [name]: {} } } }], 15952),
    ),
  ...STAGES_LEFT_OUT.split(' ').map((name) =>
    stages(`refuses ${name}`, [{ _id: 1 }], [{ [name]: {} }], 40324),
  ),
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

/** MongoDB's expressions that are left out. */
const LEFT_OUT = `
  $abs $add $arrayElemAt $arrayToObject $avg $ceil $concat $concatArrays $divide $filter $first $floor $ifNull $in $last $let $map $max $mergeObjects $min $mod $multiply $objectToArray $round $size $slice $split $strLenCP $substrCP $subtract $sum $switch $toLower $toUpper $trunc $type
  $accumulator $acos $acosh $allElementsTrue $anyElementTrue $asin $asinh $atan $atan2 $atanh $binarySize $bitAnd $bitNot
  $bitOr $bitXor $bsonSize $bottom $bottomN $cmp $convert $cos $cosh $dateAdd $dateDiff $dateFromParts $dateFromString
  $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth $dayOfWeek $dayOfYear $degreesToRadians $exp $firstN
  $function $getField $hour $indexOfArray $indexOfBytes $indexOfCP $isNumber $isoDayOfWeek $isoWeek $isoWeekYear $lastN $ln
  $log $log10 $ltrim $maxN $median $millisecond $minN $minute $month $percentile $pow $radiansToDegrees $rand $range $reduce
  $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne $reverseArray $rtrim $sampleRate $second $setDifference
  $setEquals $setField $setIntersection $setIsSubset $setUnion $sin $sinh $sortArray $sqrt $stdDevPop $stdDevSamp
  $strLenBytes $strcasecmp $substr $substrBytes $tan $tanh $toBool $toDate $toDecimal $toDouble $toInt $toLong $toObjectId
  $toString $top $topN $trim $tsIncrement $tsSecond $unsetField $week $year $zip`

export const EXPRESSION_CASES: Case[] = [
  expression('$cmp-like comparison across types', {}, { $lt: [1, 'a'] }, true),
  expression('missing is below null', {}, { $lt: ['$x', null] }, true),
  expression('missing does not equal null', {}, { $eq: ['$x', null] }, false),
  expression('$cond', { a: 5 }, { $cond: [{ $gte: ['$a', 5] }, 'y', 'n'] }, 'y'),
  expression('$and over values', {}, { $and: [1, 'x', []] }, true),
  expression('$or over nothing true', {}, { $or: [0, null, false] }, false),
  expression('$not', {}, { $not: [0] }, true),
  refusal('refuses an undefined variable', {}, '$$nope', 17276),
  expression('$literal', {}, { $literal: '$a' }, '$a'),
  expression('a path through an array', { a: [{ b: 1 }, {}, { b: 2 }] }, '$a.b', [1, 2]),
  refusal('refuses two operators in an expression', {}, { $not: [1], $gt: [1, 1] }, 15983),
  refusal('refuses $$NOW', {}, '$$NOW', 17276),
  refusal('refuses too many arguments', {}, { $gt: [1, 2, 3] }, 16020),
  expression('an int stays an int', { a: int(1) }, '$a', int(1)),
  ...LEFT_OUT.trim()
    .split(/\s+/)
    .map((name) => refusal(`refuses ${name}`, {}, { [name]: {} }, 31325)),
]
