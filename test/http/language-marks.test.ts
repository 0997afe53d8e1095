import { expect } from 'chai'
import { englishMarker } from '../../src/http/language-marks.js'

const mark = englishMarker([
  'CSS Basics',
  'HTML',
  'CSS Basics, whole track',
  "Don't Repeat Yourself",
  'Web Design',
])

describe('marking English on a page of another language', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'an element that holds nothing else',
      '<a href="/x">HTML</a>',
      '<a href="/x" lang="en">HTML</a>',
    ],
    [
      'an element whose label is of the page',
      '<b title="Curso">HTML</b>',
      '<b title="Curso"><span lang="en">HTML</span></b>',
    ],
    [
      'text beside other elements',
      '<p> HTML <i>sí</i></p>',
      '<p> <span lang="en">HTML</span> <i>sí</i></p>',
    ],
    [
      'a name within a sentence',
      '<p>Termine «CSS Basics» hoy.</p>',
      '<p>Termine «<span lang="en">CSS Basics</span>» hoy.</p>',
    ],
    [
      'the longest name there is',
      '<p>Gana CSS Basics, whole track.</p>',
      '<p>Gana <span lang="en">CSS Basics, whole track</span>.</p>',
    ],
    [
      'every name of a list',
      '<p>Muestra: HTML, Web Design; otra</p>',
      '<p>Muestra: <span lang="en">HTML</span>, <span lang="en">Web Design</span>; otra</p>',
    ],
    [
      'a name with escaped letters',
      '<li>Don&#39;t Repeat Yourself</li>',
      '<li lang="en">Don&#39;t Repeat Yourself</li>',
    ],
    ['a choice', '<option value="x">HTML</option>', '<option value="x" lang="en">HTML</option>'],
    [
      'a word of a picture',
      '<svg><text x="1">HTML</text></svg>',
      '<svg><text x="1" lang="en">HTML</text></svg>',
    ],
  ]
  for (const [what, before, after] of cases)
    it(`marks ${what}`, () => {
      expect(mark(before)).to.equal(after)
    })

  const left: readonly (readonly [string, string])[] = [
    ['a single word of a sentence', '<p>Use HTML hoy</p>'],
    ['part of a longer word', '<p>CSS Basicson</p>'],
    ['what is marked already', '<p lang="en">See <b>HTML</b>, Web Design</p>'],
    ['the head of the page', '<title>CSS Basics · Waymark</title>'],
    ['attributes', '<img alt="CSS Basics"><input value="HTML">'],
  ]
  for (const [what, html] of left)
    it(`leaves ${what} alone`, () => {
      expect(mark(html)).to.equal(html)
    })

  it('marks again after an element that says its language has ended', () => {
    expect(mark('<html lang="es"><p><b lang="en">HTML</b></p><p>HTML</p></html>')).to.equal(
      '<html lang="es"><p><b lang="en">HTML</b></p><p lang="en">HTML</p></html>',
    )
  })

  it('leads through void elements and unknown closing tags', () => {
    expect(mark('</i><p>a<br>b</p><p>HTML</p>')).to.equal('</i><p>a<br>b</p><p lang="en">HTML</p>')
  })
})
