import { expect } from 'chai'
import fc from 'fast-check'
import { ownPath } from '../../src/access/own-path.js'

describe('own path: where sign-in may lead back to', () => {
  for (const [text, path] of [
    ['/home', '/home'],
    ['/staff/ready?track=php&cursor=x', '/staff/ready?track=php&cursor=x'],
    ['/es/tracks', '/tracks'],
    ['/es', '/'],
    ['/es?x=1', '/?x=1'],
    ['/a/../b', '/b'],
  ] as const) {
    it(`takes ${text}`, () => {
      expect(ownPath(text)).to.equal(path)
    })
  }

  for (const text of [
    undefined,
    '',
    'home',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/%09/evil\n',
    'https://evil.example/',
    'javascript:alert(1)',
    '/es//evil.example',
    '/a/..//evil.example',
    '/./\\evil',
    '/sign-out',
    '/sign-in?returnTo=/sign-in',
    '/theme?back=//evil',
    `/${'a'.repeat(600)}`,
  ]) {
    it(`refuses ${JSON.stringify(text?.slice(0, 40))}`, () => {
      expect(ownPath(text)).to.equal(undefined)
    })
  }

  it('always stays on our own site, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `/${text}`),
          fc.webPath(),
          fc.webUrl(),
        ),
        (text) => {
          const path = ownPath(text)
          if (path === undefined) return
          expect(new URL(path, 'https://waymark.example').origin).to.equal(
            'https://waymark.example',
          )
          expect(ownPath(path)).to.equal(path)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
