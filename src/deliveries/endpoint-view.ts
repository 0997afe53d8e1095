import { z } from 'zod'
import type { OrganizationKind } from '../access/organization.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { bodyOf, deliveryStates, tryFailures, type Delivery, type DeliveryTry } from './delivery.js'
import { liveSecrets, overlapHours, type Endpoint } from './endpoint.js'
import { allEventKinds, kindsFor, type EventKind } from './event-kinds.js'

const nullableTime = (at: Date | undefined) => at?.toISOString() ?? null

export const endpointAnswer = z.object({
  id: z.string(),
  organization: z.string(),
  url: z.string(),
  kinds: z.array(z.enum(allEventKinds)),
  state: z.enum(['active', 'paused']),
  pausedBecause: z.enum(['asked', 'failing']).nullable(),
  deliveredAt: z.string().nullable(),
  failingSince: z.string().nullable(),
})

/** An endpoint for outside tools; never its secret. */
export const endpointJson = (endpoint: Endpoint) => ({
  id: endpoint.id,
  organization: endpoint.organizationId,
  url: endpoint.url,
  kinds: [...endpoint.kinds],
  state: endpoint.state,
  pausedBecause: endpoint.pausedBecause ?? null,
  deliveredAt: nullableTime(endpoint.deliveredAt),
  failingSince: nullableTime(endpoint.failingSince),
})

export const secretAnswer = endpointAnswer.extend({ secret: z.string() })

export const deliveryAnswer = z.object({
  id: z.string(),
  event: z.object({ id: z.string(), kind: z.enum(allEventKinds), at: z.string() }),
  state: z.enum(deliveryStates),
  tries: z.number(),
  nextAt: z.string().nullable(),
  deliveredAt: z.string().nullable(),
  log: z.array(
    z.object({
      at: z.string(),
      ms: z.number(),
      status: z.number().nullable(),
      failure: z.enum(tryFailures).nullable(),
      answer: z.string().nullable(),
    }),
  ),
})

/** A delivery with its last tries, for outside tools. */
export const deliveryJson = ({ id, event, ...rest }: Delivery) => ({
  id,
  event: { id: event.id, kind: event.kind, at: event.at.toISOString() },
  state: rest.state,
  tries: rest.tries,
  nextAt: rest.state === 'waiting' ? rest.nextAt.toISOString() : null,
  deliveredAt: nullableTime(rest.deliveredAt),
  log: rest.log.map((one) => ({
    at: one.at.toISOString(),
    ms: one.ms,
    status: one.status ?? null,
    failure: one.failure ?? null,
    answer: one.answer ?? null,
  })),
})

const tones = { waiting: 'wait', delivered: 'good', dead: 'stop' } as const

/** Word, tone and meaning of every state of a delivery. */
export const deliveryWords = ({ t }: Words) =>
  deliveryStates.map((state) => ({
    value: state,
    label: t(`deliveries:state.${state}`),
    word: t(`deliveries:state.${state}`),
    tone: tones[state],
    means: t(`deliveries:means.${state}`),
  }))

export const stateTag = ({ state, pausedBecause, failingSince }: Endpoint, { t }: Words) =>
  state === 'paused'
    ? { word: t(`deliveries:endpointState.${pausedBecause ?? 'asked'}`), tone: 'stop' }
    : failingSince
      ? { word: t('deliveries:endpointState.trouble'), tone: 'wait' }
      : { word: t('deliveries:endpointState.active'), tone: 'good' }

const kindName = (kind: EventKind, { t }: Words): string =>
  t(`deliveries:kind.${kind.replace('.', '_')}`)

/** A row of an organization's endpoints. */
export const endpointRow = (endpoint: Endpoint, organization: string, words: Words) => ({
  cells: [
    {
      text: endpoint.url,
      href: words.href(to(paths.endpoint, { id: endpoint.id })),
      sub: organization,
    },
    { tag: stateTag(endpoint, words) },
    endpoint.kinds.map((kind) => kindName(kind, words)).join(', '),
    endpoint.deliveredAt
      ? { date: endpoint.deliveredAt.toISOString(), text: words.time(endpoint.deliveredAt) }
      : null,
  ],
})

/** The choices of kinds of event for organizations of these kinds. */
export const kindOptions = (kinds: readonly OrganizationKind[], words: Words) =>
  kinds.flatMap(kindsFor).map((value) => ({ value, label: kindName(value, words), hint: value }))

/** What the page of one endpoint says of it. */
export const endpointPage = (endpoint: Endpoint, dead: number, now: Date, words: Words) => {
  const { t, time } = words
  const [secret, before] = liveSecrets(endpoint.secrets, now)
  return {
    id: endpoint.id,
    url: endpoint.url,
    isPaused: endpoint.state === 'paused',
    isFailing: endpoint.pausedBecause === 'failing',
    tag: stateTag(endpoint, words),
    dead,
    facts: [
      {
        term: t('deliveries:endpoint.kinds'),
        lines: endpoint.kinds.map((kind) => `${kindName(kind, words)} (${kind})`),
      },
      {
        term: t('deliveries:endpoint.lastTaken'),
        text: endpoint.deliveredAt ? time(endpoint.deliveredAt) : t('deliveries:endpoint.never'),
      },
      ...(endpoint.failingSince
        ? [{ term: t('deliveries:endpoint.failingSince'), text: time(endpoint.failingSince) }]
        : []),
      {
        term: t('deliveries:endpoint.secret'),
        text: secret ? t('deliveries:endpoint.secretMade', { time: time(secret.madeAt) }) : '',
      },
      ...(before?.endsAt
        ? [
            {
              term: t('deliveries:endpoint.secretBefore'),
              text: t('deliveries:endpoint.secretEnds', { time: time(before.endsAt) }),
            },
          ]
        : []),
    ],
    rotateText: t('deliveries:endpoint.rotateText', { hours: overlapHours }),
  }
}

/** A row of what was sent to an endpoint. */
export const deliveryRow = ({ id, endpointId, ...rest }: Delivery, words: Words) => {
  const { event, state, tries, createdAt, log } = rest
  const last = log.at(-1)
  return {
    cells: [
      {
        text: kindName(event.kind, words),
        href: words.href(to(paths.delivery, { id: endpointId, delivery: id })),
        sub: event.id,
      },
      { tag: { word: words.t(`deliveries:state.${state}`), tone: tones[state] } },
      words.number(tries),
      last ? { text: answerText(last, words), sub: words.time(last.at) } : null,
      { date: createdAt.toISOString(), text: words.time(createdAt) },
    ],
  }
}

const answerText = ({ status, failure }: DeliveryTry, { t }: Words): string =>
  [
    ...(status === undefined ? [] : [String(status)]),
    ...(failure ? [t(`deliveries:failure.${failure}`)] : []),
  ].join(': ')

/** The page of one delivery: what was sent, and each try. */
export const deliveryPage = (delivery: Delivery, words: Words) => ({
  id: delivery.id,
  name: kindName(delivery.event.kind, words),
  tag: { word: words.t(`deliveries:state.${delivery.state}`), tone: tones[delivery.state] },
  mayReplay: delivery.state !== 'waiting',
  facts: [
    { term: words.t('deliveries:delivery.event'), text: delivery.event.id },
    { term: words.t('deliveries:delivery.at'), text: words.time(delivery.event.at) },
    ...(delivery.state === 'waiting'
      ? [{ term: words.t('deliveries:delivery.next'), text: words.time(delivery.nextAt) }]
      : []),
  ],
  body: bodyOf(delivery.event),
  tries: delivery.log
    .map((one) => ({
      cells: [
        { date: one.at.toISOString(), text: words.time(one.at) },
        answerText(one, words),
        words.t('deliveries:delivery.ms', { ms: words.number(one.ms) }),
        one.answer ?? null,
      ],
    }))
    .reverse(),
})
