import { paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { chainFaults, endKind, type ChainFault, type LinkClaims } from './chain.js'

/** Why a chain does not hold, in words. */
export const chainFaultText = (fault: ChainFault, { t }: Words): string =>
  t(`sharing:chain.fault.${fault}`)

/** The words that the reader in the file speaks; `{name}` is filled by it. */
export const readerWords = (words: Words) => {
  const { t } = words
  const own = { issuer: '{issuer}', key: '{key}', name: '{name}', at: '{at}', count: '{count}' }
  return {
    intactHeading: t('sharing:chain.reader.intactHeading'),
    intact: t('sharing:chain.reader.intact', own),
    broken: t('sharing:chain.reader.broken'),
    brokenAt: t('sharing:chain.reader.brokenAt', own),
    upTo: t('sharing:chain.reader.upTo'),
    cannotHeading: t('sharing:chain.reader.cannotHeading'),
    cannot: t('sharing:chain.reader.cannot'),
    keys: t('sharing:chain.reader.keys'),
    keysMean: t('sharing:chain.reader.keysMean'),
    signedBy: t('sharing:chain.reader.signedBy', own),
    signedFor: t('sharing:chain.reader.signedFor', own),
    faults: Object.fromEntries(chainFaults.map((fault) => [fault, chainFaultText(fault, words)])),
  }
}

interface Shown {
  readonly name: string
  readonly demonstration: boolean
  readonly links: readonly LinkClaims[]
}

/** The file as it reads without its reader: a plain summary that says of itself that nothing was checked. */
export function chainPage(chain: Shown, now: Date, baseUrl: string, policy: string, words: Words) {
  const { t } = words
  const address = `${baseUrl}${words.href(paths.verify)}`
  return {
    lang: words.lang,
    policy,
    eyebrow: t('sharing:chain.eyebrow'),
    title: t('sharing:chain.title', { name: chain.name }),
    lead: t('sharing:chain.lead', { on: words.time(now) }),
    demonstration: chain.demonstration ? t('common:demonstration.text') : '',
    howTo: t('sharing:chain.howTo', { address }),
    unchecked: {
      heading: t('sharing:chain.reader.uncheckedHeading'),
      text: t('sharing:chain.reader.unchecked', { address }),
    },
    links: chain.links
      .filter(({ kind }) => kind !== endKind)
      .map(({ title, lines }) => ({ title, lines })),
  }
}
