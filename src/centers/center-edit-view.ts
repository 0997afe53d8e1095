import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { zones } from './center-form-input.js'
import type { Center } from './center.js'
import { centerPage } from './center-view.js'
import { languageOptions } from './directory-view.js'
import { formOf, type EntryForm } from './entry.js'

/** The page that changes an entry. */
export const editPage = (center: Center, words: Words) => {
  const form = formOf(center)
  return {
    name: center.name,
    form,
    action: words.href(to(paths.editCenter, { id: center.id })),
    back: words.href(to(paths.center, { id: center.id })),
    languages: languageOptions(form.languages, words),
    zones: [...new Set<string>([...zones, form.zone])].map((value) => ({
      value,
      label: value.replace('_', ' '),
    })),
  }
}

type Fact = ReturnType<typeof centerPage>['facts'][number]

const textOf = (fact: Fact): string => ('lines' in fact ? fact.lines.join(', ') : fact.text)

/** Which facts would read differently, as they read before and after. */
export function previewPage(
  before: Center,
  after: Center,
  form: EntryForm,
  now: Date,
  words: Words,
) {
  const [old, next] = [centerPage(before, now, words), centerPage(after, now, words)]
  const was = new Map(old.facts.map((fact) => [fact.term, textOf(fact)]))
  const none = words.t('centers:center.unknown')
  const changed = next.facts.flatMap((fact) => {
    const earlier = was.get(fact.term) ?? none
    return earlier === textOf(fact) ? [] : [{ cells: [fact.term, earlier, textOf(fact)] }]
  })
  return {
    name: after.name,
    page: next,
    changed,
    action: words.href(to(paths.editCenter, { id: after.id })),
    back: words.href(to(paths.editCenter, { id: after.id })),
    fields: fieldsOf(form),
  }
}

/** What was typed, to be sent again as it is. */
const fieldsOf = (form: EntryForm) =>
  Object.entries({ ...form, step: 'save' }).flatMap(([name, value]) => {
    if (Array.isArray(value)) return (value as string[]).map((one) => ({ name, value: one }))
    return value === undefined || value === false || value === ''
      ? []
      : [{ name, value: String(value) }]
  })
