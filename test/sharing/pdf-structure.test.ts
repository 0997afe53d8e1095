import { expect } from 'chai'
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { Paper } from '../../src/drawing/paper.js'
import { setPdf } from '../../src/drawing/set-pdf.js'

/** A tag, as a reader written elsewhere finds it: what assistive technology is told. */
interface Tag {
  readonly role?: string
  readonly children?: readonly Tag[]
  readonly type?: string
  readonly id?: string
  readonly alt?: string
  readonly lang?: string
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => [
    { text: `Badge ${at + 1}`, sub: 'Treehouse' },
    { text: 'Confirmed' },
  ])

const paper: Paper = {
  language: 'en',
  title: 'The record of Ada Щука',
  subject: 'Learning',
  author: 'Code Oregon',
  eyebrow: 'Code Oregon',
  heading: 'Ada Щука',
  lead: 'Since 2014.',
  parts: [
    { kind: 'heading', text: 'Facts' },
    { kind: 'list', items: [{ label: 'Place', text: 'Portland' }] },
    { kind: 'text', text: 'Check it here', href: 'https://example.org/verify' },
    { kind: 'heading', text: 'Badges' },
    {
      kind: 'table',
      columns: [
        { label: 'Badge', share: 2 },
        { label: 'Level', share: 1 },
      ],
      rows: rows(60),
    },
  ],
  foot: '{page} of {pages}',
}

const all = (tag: Tag): Tag[] => [tag, ...(tag.children ?? []).flatMap(all)]

/** True for a tag of this page: pdf.js names the rows of other pages too, without anything in them. */
const isHere = (tag: Tag) => all(tag).some(({ type }) => type !== undefined)

/** The words of a page by the id of their marked content, and those that are in none. */
async function wordsOf(pdf: PDFDocumentProxy, number: number) {
  const page = await pdf.getPage(number)
  const { items } = await page.getTextContent({ includeMarkedContent: true })
  const byId = new Map<string, string>()
  const open: string[] = []
  let untagged = ''
  for (const item of items) {
    if ('str' in item) {
      const id = open.findLast(Boolean)
      if (id === undefined) untagged += item.str
      else byId.set(id, (byId.get(id) ?? '') + item.str)
    } else if (item.type === 'endMarkedContent') open.pop()
    else open.push('tag' in item && item.tag === 'Artifact' ? 'artifact' : item.id)
  }
  return { byId, untagged, tree: (await page.getStructTree()) as unknown as Tag }
}

describe('the record as a PDF, read by pdf.js', () => {
  let pdf: PDFDocumentProxy
  const roles: string[] = []
  let spoken = ''
  let untagged = ''
  const tags: Tag[] = []

  before(async () => {
    const data = new Uint8Array(await setPdf(paper))
    // It asks for this class when it is loaded; nothing is drawn here, so any will do.
    if (!('DOMMatrix' in globalThis)) Object.assign(globalThis, { DOMMatrix: Object })
    const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
    pdf = await getDocument({ data, verbosity: 0 }).promise
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await wordsOf(pdf, number)
      untagged += page.untagged
      for (const tag of all(page.tree).filter(isHere)) {
        tags.push(tag)
        if (tag.role !== undefined) roles.push(tag.role)
        if (tag.type === 'content') spoken += ` ${page.byId.get(tag.id ?? '') ?? ''}`
      }
    }
  })
  after(() => pdf.loadingTask.destroy())

  it('says that it is tagged, in which language, and by which title it is to be shown', async () => {
    const { info } = await pdf.getMetadata()

    expect((await pdf.getMarkInfo())?.Marked).to.equal(true)
    expect(info).to.include({ Title: paper.title, Language: 'en-US' })
    expect(await pdf.getViewerPreferences()).to.include({ DisplayDocTitle: true })
  })

  it('has one main heading, then those below it, lists, and a table with its headers', () => {
    const count = (role: string) => roles.filter((one) => one === role).length

    expect(roles.filter((role) => /^H\d?$/.test(role))).to.deep.equal(['H1', 'H2', 'H2'])
    expect(
      ['L', 'LI', 'Lbl', 'LBody', 'Table', 'Link'].map(count).every((one) => one > 0),
    ).to.equal(true)
    expect([count('TR'), count('TH'), count('TD')]).to.deep.equal([61, 62, 60])
  })

  it('is read in the order it is seen, every word of it', () => {
    const words = [
      'Code Oregon',
      'Ada Щука',
      'Since 2014.',
      'Facts',
      'Place',
      'Portland',
      'Check it here',
      'Badges',
      'Level',
      'Badge 1',
      'Treehouse',
      'Badge 60',
    ]
    let from = 0
    for (const word of words) {
      const at = spoken.indexOf(word, from)
      expect(at, `${word} after ${words[words.indexOf(word) - 1] ?? 'nothing'}`).to.be.at.least(
        from,
      )
      from = at
    }
  })

  it('leaves nothing untagged but what is for the eye only, and names its links', () => {
    expect(untagged.trim()).to.equal('')
    expect(spoken).not.to.contain(`of ${pdf.numPages}`)
    expect(tags.filter(({ role }) => role === 'Link').map(({ alt }) => alt)).to.deep.equal([
      'Check it here',
    ])
  })
})
