import type { Words } from '../http/words.js'
import {
  benefitStatuses,
  contactWays,
  helpLanguages,
  longestStatedText,
  serviceStatuses,
  servicesWanted,
  yesNo,
  type Stated,
} from './stated.js'

/** The fields of what learners say of themselves, filled with what they said before. */
export function statedFields(known: Stated | undefined, { t }: Words) {
  const options = (field: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`handoff:stated.${field}.${value}`) }))
  const select = (name: keyof Stated, values: readonly string[], hint = false) => ({
    name,
    type: 'select',
    label: t(`handoff:stated.${name}.label`),
    ...(hint && { hint: t(`handoff:stated.${name}.hint`) }),
    prompt: t('handoff:stated.unsaid'),
    options: options(name, values),
    ...(known?.[name] !== undefined && { value: known[name] }),
  })
  const text = (name: keyof Stated, more: object = {}) => ({
    name,
    type: 'text',
    label: t(`handoff:stated.${name}.label`),
    hint: t(`handoff:stated.${name}.hint`),
    maxlength: longestStatedText,
    ...(known?.[name] !== undefined && { value: known[name] }),
    ...more,
  })
  return [
    select('contactBy', contactWays),
    select('helpIn', helpLanguages),
    text('accommodation', { type: 'textarea', rows: 2 }),
    text('desiredWork'),
    text('occupation', { maxlength: 10, short: true, spellcheck: false }),
    {
      name: 'wants',
      type: 'checkboxes',
      label: t('handoff:stated.wants.label'),
      options: options('wants', servicesWanted),
      checked: [...(known?.wants ?? [])],
    },
    select('mayWork', yesNo, true),
    select('isAdult', yesNo),
    select('service', serviceStatuses, true),
    select('benefits', benefitStatuses, true),
    {
      name: 'bringsProof',
      type: 'checkboxes',
      label: t('handoff:stated.bringsProof.label'),
      options: options('bringsProof', ['yes']),
      checked: known?.bringsProof ? ['yes'] : [],
    },
    text('resumeUrl', { type: 'url', maxlength: 500 }),
  ]
}

/** What was said, as terms and words; an answer not given is left out. */
export function statedLines(stated: Stated | undefined, { t }: Words) {
  if (!stated) return []
  const chosen = ['contactBy', 'helpIn', 'mayWork', 'isAdult', 'service', 'benefits'] as const
  const written = ['accommodation', 'desiredWork', 'occupation'] as const
  const line = (name: keyof Stated, text: string) => ({
    term: t(`handoff:stated.${name}.term`),
    text,
  })
  return [
    ...chosen.flatMap((name) =>
      stated[name] === undefined ? [] : [line(name, t(`handoff:stated.${name}.${stated[name]}`))],
    ),
    ...written.flatMap((name) => (stated[name] === undefined ? [] : [line(name, stated[name])])),
    ...(stated.wants.length > 0
      ? [line('wants', stated.wants.map((one) => t(`handoff:stated.wants.${one}`)).join(', '))]
      : []),
    ...(stated.bringsProof ? [line('bringsProof', t('handoff:stated.bringsProof.yes'))] : []),
  ]
}
