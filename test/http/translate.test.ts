import { expect } from 'chai'
import { dictionary } from '../../src/http/translate.js'

describe('words by key', () => {
  const missing: string[] = []
  const { has, translate } = dictionary(
    'en',
    {
      learners: {
        home: { hello: 'Hello {{name}}, {{ name }}!', plain: 'Nothing in <it>' },
        badges_one: '{{count}} badge',
        badges_other: '{{count}} badges',
        total: '{{count}} in all',
        days_zero: 'Just in',
        days_other: '{{count}} days',
      },
    },
    (key) => missing.push(key),
  )

  it('fills every place of a name, unescaped, and leaves out what was not given', () => {
    expect(translate('learners:home.hello', { name: '<Ada>' })).to.equal('Hello <Ada>, <Ada>!')
    expect(translate('learners:home.hello')).to.equal('Hello , !')
    expect(translate('learners:home.plain', { name: 'Ada' })).to.equal('Nothing in <it>')
  })

  it('picks the plural by count, where the key has one', () => {
    expect(translate('learners:badges', { count: 1 })).to.equal('1 badge')
    expect(translate('learners:badges', { count: 0 })).to.equal('0 badges')
    expect(translate('learners:total', { count: 1 })).to.equal('1 in all')
  })

  it('says none at all in words of its own, where the key has some', () => {
    expect(translate('learners:days', { count: 0 })).to.equal('Just in')
    expect(translate('learners:days', { count: 2 })).to.equal('2 days')
  })

  it('uses the general plural where the language has a form that no text has', () => {
    const spanish = dictionary('es', { a: { day_one: 'día', day_other: 'días' } }, () => undefined)
    expect(spanish.translate('a:day', { count: 1_000_000 })).to.equal('días')
  })

  it('gives back a key that it lacks and tells of it', () => {
    expect(translate('learners:nowhere')).to.equal('learners:nowhere')
    expect(missing).to.deep.equal(['learners:nowhere'])
    expect(has('learners:home.plain')).to.equal(true)
    expect(has('learners:home')).to.equal(false)
  })
})
