import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { messageStates, type Message } from './message.js'

const tone = { waiting: 'wait', sent: 'good', dead: 'stop' } as const

/** One row of the list: to whom, about what, how far; never what the mail says. */
export const messageRow = (message: Message, words: Words) => ({
  cells: [
    { text: message.to.name, sub: message.to.email },
    words.t(`mail:${message.template}.subject`, message.params),
    {
      tag: { word: words.t(`messages:state.${message.state}`), tone: tone[message.state] },
      sub: message.lastError ?? '',
    },
    words.number(message.tries),
    { date: message.createdAt.toISOString(), text: words.time(message.createdAt) },
    message.state === 'dead'
      ? {
          links: [
            {
              href: words.href(to(paths.retryMessage, { id: message.id })),
              text: words.t('messages:list.retry'),
            },
          ],
        }
      : '',
  ],
})

export const messageStateOptions = (words: Words) =>
  messageStates.map((value) => ({ value, label: words.t(`messages:state.${value}`) }))

/** What the page that asks before sending again says of the message. */
export const retryView = (message: Message, words: Words) => ({
  to: `${message.to.name}, ${message.to.email}`,
  subject: words.t(`mail:${message.template}.subject`, message.params),
})
