import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, manyOf } from '../http/parse.js'
import { deliveryStates } from './delivery.js'
import { endpointSteps } from './endpoint.js'
import { eventKinds, type AnnouncedKind } from './event-kinds.js'

const kindNames = Object.keys(eventKinds) as [AnnouncedKind, ...AnnouncedKind[]]

const terms = {
  url: z.string('deliveries:error.address').trim().min(1, 'deliveries:error.address').max(2000),
  kinds: manyOf(z.enum(kindNames, 'deliveries:error.kinds')).refine(
    (kinds) => kinds.length > 0,
    'deliveries:error.noKinds',
  ),
}

/** An endpoint as its organization enters it. */
export const endpointForm = z.strictObject(terms)
export type EndpointForm = z.output<typeof endpointForm>

/** A new one also says whose it is, where somebody works for several. */
export const newEndpointForm = z.strictObject({ ...terms, organization: idText.optional() })

export const endpointParams = z.strictObject({ id: idText })
export const deliveryParams = z.strictObject({ id: idText, delivery: idText })
export const stepBody = z.strictObject({ step: z.enum(endpointSteps, 'deliveries:error.step') })
/** A page's step may also be a new secret, which the next page shows. */
export const pageStep = z.strictObject({
  step: z.enum([...endpointSteps, 'rotate'], 'deliveries:error.step'),
})

export const deliveriesQuery = z.strictObject({
  state: z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(deliveryStates).optional()),
  ...listQuery,
})
export type DeliveriesQuery = z.output<typeof deliveriesQuery>
