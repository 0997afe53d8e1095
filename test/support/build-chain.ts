import { buildChainFile } from '../../src/sharing/build-chain-file.js'
import type { ChainData } from '../../src/sharing/chain.js'
import { exportChain } from '../../src/sharing/export-chain.js'
import { wordsIn } from '../../src/http/words.js'
import { insertReferrals } from '../../src/referrals/referral-store.js'
import type { TestApp } from './app.js'
import { credentials } from './build-access.js'
import { aReferral } from './build-handoff.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from './build-record.js'
import { signIn } from './person.js'

/** Ada with three badges, a college's grant on two of them, and a referral that a center accepted. */
export async function keepChainWorld({ app }: TestApp): Promise<void> {
  await keepWorld()
  await adaFinished(['html', 'css', 'js'])
  await keepConsent()
  const ada = await signIn(app, credentials(people.ada))
  const claim = (await ada.api('post', '/claims', { agreement: 'cis-122-v1' })).body as {
    id: string
  }
  const cora = await signIn(app, credentials(people.cora))
  await cora.api('post', `/claims/${claim.id}/decisions`, { decision: 'grant' })
  await insertReferrals([
    aReferral('referral-1', adaId, 'center', { state: 'accepted', message: 'a private word' }),
  ])
}

/** Ada's chain file. */
export async function chainFile(world: TestApp, language: 'en' | 'es' = 'en'): Promise<string> {
  const words = wordsIn(language)
  const chain = await exportChain({ ...people.ada, accountId: 'ada-lovelace' }, words, world)
  return buildChainFile(chain, world.ports.now(), world.config.baseUrl, words)
}

const element = /(<script type="application\/json" id="chain-data">)([^<]*)(<\/script>)/

/** The text of the data in a chain file. */
export const dataText = (html: string): string => element.exec(html)?.[2] ?? ''

/** The file with another text for its data. */
export const withText = (html: string, text: string): string =>
  html.replace(element, (_all, open: string, _text, close: string) => open + text + close)

/** The file with its data changed, and written as it would have been. */
export function withData(html: string, change: (data: ChainData) => unknown): string {
  return withText(html, JSON.stringify(change(JSON.parse(dataText(html)) as ChainData)))
}

/** The text with one sign changed for another that could stand there. */
export function flipped(text: string, at: number): string {
  const sign = text[at] === 'A' ? 'B' : 'A'
  return text.slice(0, at) + sign + text.slice(at + 1)
}
