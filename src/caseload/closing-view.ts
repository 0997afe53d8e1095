import { paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { closeRefusal, type Case } from './case.js'

/** Who closed a case, when and why, and what can be done about it now; `at` is where, at the center of the case. */
export const closingPart = (one: Case, at: (path: string) => string, { t, time }: Words) => ({
  closing: one.closing
    ? [
        { term: t('caseload:close.reason'), text: one.closing.reason },
        { term: t('caseload:close.by'), text: one.closing.byName },
        { term: t('caseload:close.at'), text: time(one.closing.at) },
      ]
    : [],
  closeHref: closeRefusal(one) ? null : at(paths.closeCase),
  takeOnHref: one.isOpen ? null : at(paths.takeOn),
})
