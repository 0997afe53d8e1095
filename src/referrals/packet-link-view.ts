import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { linkDays, stateOfLink, type PacketLink } from './packet.js'

const tones = { live: 'good', stopped: 'plain', ended: 'plain' } as const

/** The links of a packet, with the one just made: its address is told this once. */
export const linksPart = (
  referralId: string,
  links: readonly PacketLink[],
  made: string | undefined,
  words: Words,
  now: Date,
) => ({
  made: made ?? null,
  makeAction: words.href(to(paths.packetLinks, { id: referralId })),
  pdf: words.href(to(paths.packetPdf, { id: referralId })),
  json: to(paths.packetJson, { id: referralId }),
  back: words.href(to(paths.referral, { id: referralId })),
  days: linkDays.map((days) => ({
    value: String(days),
    label: words.t('packet:links.days', { count: days }),
  })),
  rows: links.map((link) => {
    const state = stateOfLink(link, now)
    return {
      by: link.madeBy,
      on: words.time(link.madeAt),
      until: words.time(link.expiresAt),
      tag: { word: words.t(`packet:links.state.${state}`), tone: tones[state] },
      stop:
        state === 'live'
          ? words.href(to(paths.stopPacketLink, { id: referralId, link: link.id }))
          : null,
    }
  }),
})
