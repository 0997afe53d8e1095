/** What somebody who copies all text of a PDF gets, page by page. */
export async function wordsInPdf(bytes: Buffer): Promise<string> {
  // It asks for this class when it is loaded; nothing is drawn here, so any will do.
  if (!('DOMMatrix' in globalThis)) Object.assign(globalThis, { DOMMatrix: Object })
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const { promise } = getDocument({ data: new Uint8Array(bytes), verbosity: 0 })
  const pdf = await promise
  const pages: string[] = []
  for (let at = 1; at <= pdf.numPages; at += 1) {
    const { items } = await (await pdf.getPage(at)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '))
  }
  return pages.join('\n')
}
