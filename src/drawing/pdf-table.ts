import type { PaperCell, PaperPart } from './paper.js'
import type { Sheet, Style, Tag } from './pdf-sheet.js'
import type { TakeTurns } from './take-turns.js'

type Table = Extract<PaperPart, { kind: 'table' }>

const pad = 4
const words = { size: 9, color: '#17282a' } as const
const small = { size: 8, color: '#4d5f60', font: 'regular' } as const
const head = { size: 8.5, color: '#0b5351', font: 'bold' } as const

interface Column {
  readonly label: string
  readonly indent: number
  readonly width: number
}

function columnsOf({ columns }: Table, whole: number): Column[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0)
  let indent = 0
  return columns.map(({ label, share }) => {
    const width = (share / shares) * whole
    const column = { label, indent: indent + pad, width: width - 2 * pad }
    indent += width
    return column
  })
}

const styleOf = (cell: PaperCell, column: Column, first: boolean): Style => ({
  ...words,
  font: first ? 'bold' : 'regular',
  indent: column.indent,
  width: column.width,
  ...(cell.href !== undefined && { href: cell.href }),
})

const heightOfCell = (sheet: Sheet, cell: PaperCell, column: Column, first: boolean): number =>
  sheet.heightOf(cell.text, styleOf(cell, column, first)) +
  (cell.sub === undefined ? 0 : sheet.heightOf(cell.sub, { ...small, width: column.width }))

function line(sheet: Sheet, color: string, weight: number): void {
  const { doc } = sheet
  const { y } = doc
  sheet.decorate(() =>
    doc
      .moveTo(doc.page.margins.left, y)
      .lineTo(doc.page.margins.left + sheet.width, y)
      .lineWidth(weight)
      .stroke(color),
  )
}

/** The labels of the columns: tagged on the first page, for the eye only where the table goes on. */
function setHead(sheet: Sheet, columns: readonly Column[], table: Tag | undefined): void {
  const { doc } = sheet
  const top = doc.y + pad
  const left = doc.page.margins.left
  const height = Math.max(
    ...columns.map(({ label, width }) => sheet.heightOf(label, { ...head, width })),
  )
  const row = table && sheet.open('TR', table)
  for (const { label, indent, width } of columns) {
    doc.y = top
    if (row) sheet.put('TH', label, { ...head, indent, width, scope: 'Column', fixed: true }, row)
    else
      sheet.decorate(() => {
        doc.font('bold').fontSize(head.size).fillColor(head.color)
        doc.text(label, left + indent, top, { width, lineGap: 1.5 })
      })
  }
  row?.end()
  doc.y = top + height + pad
  line(sheet, '#0b5351', 1)
}

function setRow(
  sheet: Sheet,
  cells: readonly PaperCell[],
  columns: readonly Column[],
  table: Tag,
): void {
  const { doc } = sheet
  const row = sheet.open('TR', table)
  const top = doc.y + pad
  let bottom = top
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? { text: '' }
    doc.y = top
    const box = sheet.open(at === 0 ? 'TH' : 'TD', row, at === 0 ? { scope: 'Row' } : {})
    const style = styleOf(cell, column, at === 0)
    sheet.put('P', cell.text, { ...style, fixed: true }, box)
    if (cell.sub !== undefined)
      sheet.put(
        'P',
        cell.sub,
        { ...small, indent: column.indent, width: column.width, fixed: true },
        box,
      )
    box.end()
    bottom = Math.max(bottom, doc.y)
  }
  row.end()
  doc.y = bottom + pad
  line(sheet, '#d8d9cf', 0.5)
}

/** Sets a table; a row is never cut, and the labels of the columns come again on every page. */
export async function setTable(sheet: Sheet, part: Table, turn: TakeTurns): Promise<void> {
  const columns = columnsOf(part, sheet.width)
  const table = sheet.open('Table')
  sheet.keep(60)
  setHead(sheet, columns, table)
  for (const cells of part.rows) {
    const heights = columns.map((column, at) =>
      heightOfCell(sheet, cells[at] ?? { text: '' }, column, at === 0),
    )
    if (sheet.keep(Math.max(...heights) + 2 * pad)) setHead(sheet, columns, undefined)
    setRow(sheet, cells, columns, table)
    await turn()
  }
  table.end()
  sheet.skip(8)
}
