import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import ejs from 'ejs'
import type { Words } from '../http/words.js'
import { chainPage, readerWords } from './chain-view.js'
import { dataElement } from './chain.js'
import type { ExportedChain } from './export-chain.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

const hashSource = (text: string) =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The file itself forbids every request and every script and style but its own. */
const policyFor = (style: string, reader: string) =>
  `default-src 'none'; script-src ${hashSource(reader)}; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'`

/** JSON for a script element: no sign in it can end the element. */
const inScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')

/** An exported chain as one HTML file: a plain summary, the data, and the reader that checks it without any network. */
export async function buildChainFile(
  chain: ExportedChain,
  now: Date,
  baseUrl: string,
  words: Words,
): Promise<string> {
  const [style, reader] = await Promise.all(
    ['chain.css', 'chain-reader.js'].map((file) => readFile(`${root}public/${file}`, 'utf8')),
  )
  if (style === undefined || reader === undefined) throw new Error('the reader is missing')
  const shown = chainPage(chain, now, baseUrl, policyFor(style, reader), words)
  const html = await ejs.renderFile(`${root}views/sharing/chain.ejs`, { chain: shown })
  const blocks = [
    dataElement(chain.data),
    `<script type="application/json" id="chain-words">${inScript(readerWords(words))}</script>`,
    `<script type="module">${reader}</script>`,
  ].join('\n')
  return html
    .replace('<!--style-->', () => `<style>${style}</style>`)
    .replace('<!--data-->', () => blocks)
}
