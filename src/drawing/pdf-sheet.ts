import type {} from 'pdfkit'
import { oneLine } from './paper.js'

type Doc = PDFKit.PDFDocument
export type Tag = PDFKit.PDFStructureElement

export interface Style {
  readonly font: 'regular' | 'bold'
  /** Points. */
  readonly size: number
  readonly color: string
  /** Points from the left margin; and how wide, the rest of the line unless given. */
  readonly indent?: number
  readonly width?: number
  readonly href?: string
  /** A header cell of a row or column. */
  readonly scope?: 'Row' | 'Column'
  /** Stays on this page: its room was asked for before. */
  readonly fixed?: boolean
}

export interface TagOptions {
  readonly alt?: string
  readonly scope?: 'Row' | 'Column'
}

/** A PDF being written from top to bottom; `doc.y` is where the next thing goes. */
export interface Sheet {
  readonly doc: Doc
  readonly root: Tag
  /** Width between the margins, points. */
  readonly width: number
  /** A new tag below `parent`; end it when it is full. */
  open(tag: string, parent?: Tag, options?: TagOptions): Tag
  /** Writes words in a tag of their own and moves `doc.y` below them. */
  put(tag: string, text: string, style: Style, parent?: Tag): void
  /** How high the words will be. */
  heightOf(text: string, style: Style): number
  /** Draws what is there for the eye only. */
  decorate(draw: () => void): void
  skip(points: number): void
  /** Begins a new page unless so much room is left on this one; tells whether it did. */
  keep(points: number): boolean
}

const foreignWidth = 1.1
const foreignHeight = 1.5

/** Opens the sheet on a new tagged document. `canWrite` says for which words the embedded font has every sign. */
export function openSheet(doc: Doc, canWrite: (text: string) => boolean): Sheet {
  const { left, right } = doc.page.margins
  const width = doc.page.width - left - right
  const root = doc.struct('Document')
  doc.addStructure(root)
  let fields = 0

  const open: Sheet['open'] = (tag, parent = root, options = {}) => {
    const element = doc.struct(tag, options)
    parent.add(element)
    return element
  }
  const widthOf = (style: Style) => style.width ?? width - (style.indent ?? 0)
  const heightOf: Sheet['heightOf'] = (text, style) => {
    const words = oneLine(text)
    if (!canWrite(words)) return fieldHeight(words, style.size, widthOf(style))
    doc.font(style.font).fontSize(style.size)
    return doc.heightOfString(words || ' ', { width: widthOf(style), lineGap: 1.5 })
  }
  const keep: Sheet['keep'] = (points) => {
    if (doc.y + points <= doc.page.height - doc.page.margins.bottom) return false
    doc.addPage()
    return true
  }
  const write = (words: string, style: Style, at: { x: number; y: number }, element: Tag) => {
    const link = style.href === undefined ? undefined : open('Link', element, { alt: words })
    ;(link ?? element).add(() => {
      doc.font(style.font).fontSize(style.size).fillColor(style.color)
      doc.text(words, at.x, at.y, {
        width: widthOf(style),
        lineGap: 1.5,
        ...(link && { underline: true }),
      })
    })
    if (link && style.href !== undefined)
      doc.annotate(at.x, at.y, widthOf(style), doc.y - at.y, {
        ...linkTo(doc, style.href, words),
        structParent: link,
      } as unknown as PDFKit.Mixins.AnnotationOption)
    link?.end()
  }
  const leaveToReader = (words: string, style: Style, at: { x: number; y: number }, tag: Tag) => {
    if (fields === 0) doc.font('Helvetica').initForm()
    fields += 1
    doc.font('Helvetica')
    const form = open('Form', tag, { alt: words })
    const height = fieldHeight(words, style.size, widthOf(style))
    addField(doc, { ...at, width: widthOf(style), height }, words, fields, style.size, form)
    form.end()
    doc.y = at.y + height
  }

  return {
    doc,
    root,
    width,
    open,
    heightOf,
    keep,
    put(tag, text, style, parent = root) {
      const words = oneLine(text)
      const height = heightOf(text, style)
      if (style.fixed !== true) keep(Math.min(height, 200))
      const element = open(tag, parent, style.scope && { scope: style.scope })
      const at = { x: left + (style.indent ?? 0), y: doc.y }
      if (words === '') doc.y += height
      else if (canWrite(words)) write(words, style, at, element)
      else leaveToReader(words, style, at, element)
      element.end()
      doc.x = left
    },
    decorate(draw) {
      doc.markContent('Artifact', { type: 'Layout' })
      draw()
      doc.endMarkedContent()
    },
    skip(points) {
      doc.y += points
    },
  }
}

const fieldHeight = (words: string, size: number, width: number) =>
  Math.ceil((Array.from(words).length * size * foreignWidth) / width) * size * foreignHeight + 4

const linkTo = (doc: Doc, href: string, words: string) => {
  const action = doc.ref({ S: 'URI', URI: asText(href) })
  action.end('')
  return { Subtype: 'Link', A: action, Contents: asText(words) }
}

/** pdfkit writes a String object as a PDF text string, in UTF-16 where it must; a plain string is a PDF name. */
// eslint-disable-next-line @typescript-eslint/no-wrapper-object-types -- how pdfkit tells the two apart
const asText = (text: string): String => new String(text)

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const readOnly = 1
const manyLines = 1 << 12

/** A read-only field: its words are in the file as Unicode, and drawn in a font of the reader's own. */
function addField(doc: Doc, box: Box, words: string, at: number, size: number, form: Tag): void {
  const { _font, _root, page } = doc as unknown as {
    readonly _font: { id: string }
    readonly _root: { data: { AcroForm: { data: { Fields: unknown[] } } } }
    readonly page: { annotations: unknown[] }
  }
  doc.annotate(box.x, box.y, box.width, box.height, {
    Subtype: 'Widget',
    FT: 'Tx',
    T: asText(`words-${at}`),
    TU: asText(words),
    V: asText(words),
    DA: asText(`/${_font.id} ${size} Tf 0 g`),
    Ff: readOnly | manyLines,
    F: 4,
    structParent: form,
  } as unknown as PDFKit.Mixins.AnnotationOption)
  _root.data.AcroForm.data.Fields.push(page.annotations.at(-1))
}
