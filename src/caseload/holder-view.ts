import type { Words } from '../http/words.js'
import type { Colleague } from './list-colleagues.js'

/** Who may be asked for as looking after cases. */
export interface Holders {
  readonly colleagues: readonly Colleague[]
  /** Who works there no more and still has open cases. */
  readonly former: readonly Colleague[]
}

export const colleagueChoices = (colleagues: readonly Colleague[]) =>
  colleagues.map(({ accountId, name }) => ({ value: accountId, label: name }))

/** The filter by who looks after a case; whom the address asks for is named also once they have no case left. */
export function holderField(asked: string | undefined, holders: Holders, { t }: Words) {
  const options = [
    { value: 'me', label: t('caseload:me') },
    { value: 'nobody', label: t('caseload:nobody') },
    ...colleagueChoices(holders.colleagues),
    ...holders.former.map(({ accountId, name }) => ({
      value: accountId,
      label: t('caseload:former', { name }),
    })),
  ]
  const isKnown = asked === undefined || options.some(({ value }) => value === asked)
  return {
    name: 'assigned',
    type: 'select',
    label: t('caseload:column.assigned'),
    prompt: t('caseload:anyone'),
    options: isKnown ? options : [...options, { value: asked, label: t('caseload:formerOther') }],
    value: asked ?? '',
  }
}
