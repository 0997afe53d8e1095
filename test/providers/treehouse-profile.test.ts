import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { maxBadges, readTreehouseProfile } from '../../src/providers/treehouse-profile-input.js'
import { parsePlainJson } from '../../src/providers/plain-json.js'
import { Problem } from '../../src/problems.js'

const now = new Date('2016-06-01T12:00:00Z')

const real = (n: number): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/real-${n}.json`, import.meta.url), 'utf8'))

interface Course {
  title: unknown
  url: unknown
}
interface Badge {
  id: unknown
  name: unknown
  earned_date: unknown
  courses: Course[]
  [key: string]: unknown
}
interface Profile {
  badges: Badge[]
  [key: string]: unknown
}

const aProfile = (change: (profile: Profile) => void = () => undefined): Profile => {
  const profile = real(1) as Profile
  change(profile)
  return profile
}

const problemWith = (raw: unknown): Problem => {
  try {
    readTreehouseProfile(raw, now)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('the profile was accepted')
}

const placesWrongIn = (raw: unknown) => problemWith(raw).errors.map(({ field }) => field)

describe('A Treehouse profile', () => {
  for (const [n, badges, courses] of [
    [1, 4, 1],
    [2, 3, 1],
    [4, 1, 0],
    [5, 144, 30],
  ] as const) {
    it(`real-${n} gives ${badges} provider badges in ${courses} courses`, () => {
      const { facts } = readTreehouseProfile(real(n), now)

      expect(facts).to.have.length(badges)
      expect(new Set(facts.map(({ item }) => item))).to.have.property('size', badges)
      expect(new Set(facts.flatMap(({ courseSlug }) => courseSlug ?? []))).to.have.property(
        'size',
        courses,
      )
      expect(new Set(facts.map(({ kind }) => kind))).to.deep.equal(new Set(['provider-badge']))
    })
  }

  it('names the course and not the category or the stage, by two or three entries', () => {
    const [signUp, first] = readTreehouseProfile(real(2), now).facts

    expect(signUp).to.deep.equal({
      provider: 'treehouse',
      kind: 'provider-badge',
      item: '49',
      title: 'Newbie',
      earnedOn: '2014-04-16',
      url: 'https://teamtreehouse.com/samplelearner2',
    })
    expect(first).to.deep.equal({
      provider: 'treehouse',
      kind: 'provider-badge',
      item: '912',
      title: 'Beginning HTML and CSS',
      courseSlug: 'how-to-make-a-website',
      courseTitle: 'How to Make a Website',
      earnedOn: '2014-04-18',
      url: 'https://teamtreehouse.com/library/how-to-make-a-website/beginning-html-and-css',
    })
  })

  it('keeps two badges of one name apart and takes the spaces around a name away', () => {
    const { facts } = readTreehouseProfile(real(5), now)

    expect(
      facts.filter(({ title }) => title === 'Getting Started with CSS').map((f) => f.item),
    ).to.have.members(['180', '4282'])
    expect(facts.filter(({ title }) => title !== title.trim())).to.deep.equal([])
  })

  it('tells the profile name in lower case, and the hash of its picture', () => {
    const profile = readTreehouseProfile(
      aProfile((p) => (p['profile_name'] = 'SampleLearner1')),
      now,
    )

    expect(profile.profileName).to.equal('samplelearner1')
    expect(profile.gravatarHash).to.match(/^[0-9a-f]{32}$/)
  })

  describe('varies and is still read:', () => {
    const accepted: [string, (profile: Profile) => void][] = [
      ['no points', (p) => Reflect.deleteProperty(p, 'points')],
      ['keys nobody knows', (p) => (p['followers'] = { constructor: [1, 2] })],
      ['an uploaded photo', (p) => (p['gravatar_url'] = 'https://uploads.teamtreehouse.com/a.jpg')],
      ['no gravatar hash', (p) => Reflect.deleteProperty(p, 'gravatar_hash')],
      ['no list of courses', (p) => Reflect.deleteProperty(p.badges[1]!, 'courses')],
      ['null in place of courses', (p) => (p.badges[1]!['courses' as string] = null)],
      ['a number where the icon is', (p) => (p.badges[1]!['icon_url'] = 5)],
    ]
    for (const [what, change] of accepted) {
      it(what, () => {
        expect(readTreehouseProfile(aProfile(change), now).facts).to.have.length(4)
      })
    }

    it('no badges at all', () => {
      const raw = { name: 'A', profile_name: 'a', points: { HTML: 3 } }

      expect(readTreehouseProfile(raw, now).facts).to.deep.equal([])
    })

    it('a course with one entry only, which is the course', () => {
      const raw = aProfile((p) => p.badges[1]!.courses.splice(1))

      expect(readTreehouseProfile(raw, now).facts[1]?.courseTitle).to.equal('Websites')
    })

    it('an address that leads elsewhere, which is dropped', () => {
      const raw = aProfile((p) => (p.badges[1]!['url'] = 'https://teamtreehouse.com.example.net/x'))

      expect(readTreehouseProfile(raw, now).facts[1]).not.to.have.property('url')
    })
  })

  describe('is refused with the place named:', () => {
    const refused: [string, string, (profile: Profile) => void][] = [
      [
        'a day that does not exist',
        'badges[3].earned_date',
        (p) => (p.badges[3]!.earned_date = '2014-02-30T10:00:00Z'),
      ],
      [
        'a time that does not exist',
        'badges[0].earned_date',
        (p) => (p.badges[0]!.earned_date = '2014-02-20T25:00:00Z'),
      ],
      [
        'a future day',
        'badges[2].earned_date',
        (p) => (p.badges[2]!.earned_date = '2016-06-01T12:00:01Z'),
      ],
      [
        'a day before there were courses',
        'badges[2].earned_date',
        (p) => (p.badges[2]!.earned_date = '0014-06-01T12:00:01Z'),
      ],
      ['no date', 'badges[1].earned_date', (p) => (p.badges[1]!.earned_date = null)],
      ['an id twice', 'badges[2].id', (p) => (p.badges[2]!.id = p.badges[1]!.id)],
      ['an id of letters', 'badges[2].id', (p) => (p.badges[2]!.id = '922')],
      ['an id of a fraction', 'badges[2].id', (p) => (p.badges[2]!.id = 1.5)],
      ['a database operator as an id', 'badges[0].id', (p) => (p.badges[0]!.id = { $gt: 0 })],
      [
        'a database operator as the name',
        'profile_name',
        (p) => (p['profile_name'] = { $ne: null }),
      ],
      ['an empty badge name', 'badges[1].name', (p) => (p.badges[1]!.name = ' \u0000 ')],
      [
        'a course without title',
        'badges[1].courses[0].title',
        (p) => (p.badges[1]!.courses[0]!.title = 7),
      ],
      ['badges that are no list', 'badges', (p) => ((p as Record<string, unknown>)['badges'] = {})],
    ]
    for (const [what, place, change] of refused) {
      it(what, () => {
        expect(placesWrongIn(aProfile(change))).to.deep.equal([place])
      })
    }

    it('a __proto__ key, wherever it hides', () => {
      const raw = parseUnchecked(
        '{"profile_name":"a","badges":[{"x":[{"__proto__":{"admin":1}}]}]}',
      )

      expect(placesWrongIn(raw)).to.deep.equal(['badges[0].x[0].__proto__'])
    })

    it('nesting deeper than any profile', () => {
      const raw = parseUnchecked(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)

      expect(problemWith(raw).errors[0]?.message).to.equal('providers:json.tooDeep')
    })

    it(`more than ${maxBadges} badges`, () => {
      const badges = Array.from({ length: 10_000 }, () => null)

      expect(problemWith({ profile_name: 'a', badges }).errors).to.deep.equal([
        { field: 'badges', message: 'providers:profile.tooManyBadges' },
      ])
    })

    for (const raw of [null, [], 'text', 7, {}, { badges: [] }]) {
      it(`another shape: ${JSON.stringify(raw)}`, () => {
        expect(problemWith(raw).kind).to.equal('invalid')
      })
    }

    it('text that is not JSON', () => {
      expect(() => parsePlainJson('{"name": '))
        .to.throw(Problem)
        .with.property('kind', 'malformed')
    })
  })
})

const parseUnchecked = (text: string): unknown => JSON.parse(text)
