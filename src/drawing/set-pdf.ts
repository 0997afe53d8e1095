import { fontFile, fontOf } from './lettering.js'
import { isWritable, type Paper, type PaperPart } from './paper.js'
import { openSheet, type Sheet } from './pdf-sheet.js'
import { setTable } from './pdf-table.js'
import { takeTurns, type TakeTurns } from './take-turns.js'

const ink = '#17282a'
const muted = '#4d5f60'
const brand = '#0b5351'

/** Every word of the paper, to know beforehand whether some of them need the reader's own font. */
const wordsOf = (paper: Paper): string[] => [
  paper.title,
  paper.heading,
  paper.lead,
  paper.eyebrow,
  paper.foot,
  ...paper.parts.flatMap((part) => {
    if (part.kind === 'list') return part.items.flatMap(({ label, text }) => [label, text])
    if (part.kind !== 'table') return [part.text]
    return [
      ...part.columns.map(({ label }) => label),
      ...part.rows.flat().flatMap(({ text, sub = '' }) => [text, sub]),
    ]
  }),
]

/**
 * The paper as a tagged PDF (headings, paragraphs, lists and tables for screen readers, title and language set) with the
 * fonts inside. Others are served between its lines: a long record takes some 300 ms. Words that either font cannot write become read-only fields, which every reader shows in a font of its own.
 */
export async function setPdf(paper: Paper): Promise<Buffer> {
  const [{ default: Pdf }, ...fonts] = await Promise.all([
    import('pdfkit'),
    fontOf('regular'),
    fontOf('bold'),
  ])
  const hasShape = (point: number) => fonts.every((font) => font.hasGlyphForCodePoint(point))
  const canWrite = (text: string) => isWritable(text, hasShape)
  const doc = new Pdf({
    size: 'LETTER',
    margins: { top: 54, bottom: 60, left: 54, right: 54 },
    pdfVersion: '1.7',
    lang: paper.language === 'es' ? 'es-US' : 'en-US',
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    info: { Title: paper.title, Author: paper.author, Subject: paper.subject, Creator: 'Waymark' },
    ...(wordsOf(paper).every(canWrite) && { subset: 'PDF/UA' }),
  } as unknown as PDFKit.PDFDocumentOptions)
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject))
  doc.registerFont('regular', fontFile('regular')).registerFont('bold', fontFile('bold'))

  const sheet = openSheet(doc, canWrite)
  setHead(sheet, paper)
  const turn = takeTurns()
  for (const part of paper.parts) {
    await setPart(sheet, part, turn)
    await turn()
  }
  sheet.root.end()
  setFoots(doc, paper.foot, canWrite)
  await turn()
  doc.flushPages()
  await turn()
  doc.end()
  await done
  return Buffer.concat(chunks)
}

function setHead(sheet: Sheet, paper: Paper): void {
  const { doc } = sheet
  sheet.decorate(() => doc.rect(0, 0, doc.page.width, 10).fill(brand))
  sheet.put('P', paper.eyebrow, { font: 'bold', size: 9.5, color: brand })
  sheet.skip(2)
  sheet.put('H1', paper.heading, { font: 'bold', size: 24, color: ink })
  sheet.skip(4)
  sheet.put('P', paper.lead, { font: 'regular', size: 10.5, color: muted })
  sheet.skip(8)
}

async function setPart(sheet: Sheet, part: PaperPart, turn: TakeTurns): Promise<void> {
  switch (part.kind) {
    case 'heading':
      sheet.skip(12)
      sheet.keep(90)
      sheet.put('H2', part.text, { font: 'bold', size: 14, color: brand })
      sheet.skip(5)
      return
    case 'text':
      sheet.put('P', part.text, {
        font: 'regular',
        size: 9.5,
        color: ink,
        ...(part.href !== undefined && { href: part.href }),
      })
      sheet.skip(5)
      return
    case 'list':
      setList(sheet, part.items)
      return
    case 'table':
      await setTable(sheet, part, turn)
  }
}

function setList(
  sheet: Sheet,
  items: readonly { readonly label: string; readonly text: string }[],
): void {
  const list = sheet.open('L')
  for (const { label, text } of items) {
    const item = sheet.open('LI', list)
    sheet.keep(24)
    const top = sheet.doc.y
    const style = { size: 9.5, color: ink } as const
    sheet.put('Lbl', label, { ...style, font: 'bold', width: 78 }, item)
    const labelEnd = sheet.doc.y
    sheet.doc.y = top
    sheet.put('LBody', text, { ...style, font: 'regular', indent: 84 }, item)
    sheet.doc.y = Math.max(sheet.doc.y, labelEnd) + 4
    item.end()
  }
  list.end()
  sheet.skip(2)
}

function setFoots(
  doc: PDFKit.PDFDocument,
  foot: string,
  canWrite: (text: string) => boolean,
): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page)
    const words = foot.replace('{page}', String(page - start + 1)).replace('{pages}', String(count))
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination' })
    doc.font('regular').fontSize(8).fillColor(muted)
    if (canWrite(words))
      doc.text(words, 54, doc.page.height - 40, { lineBreak: false, width: doc.page.width - 108 })
    doc.endMarkedContent()
  }
}
