import type { Request } from 'express'
import type { Day } from '../calendar.js'
import { inLanguage, languageOf, translator, type Language } from './language.js'

type Params = Readonly<Record<string, string | number>>

/** What a view needs to put plain data into the reader's words: translations, dates, numbers, links. */
export interface Words {
  readonly lang: Language
  readonly t: (key: string, params?: Params) => string
  /** A calendar day: "March 9, 2015". */
  readonly day: (day: Day) => string
  /** The same for an instant, by the program's clock. */
  readonly dayOfInstant: (at: Date) => string
  /** An instant with its time: "March 9, 2015, 12:30 PM". */
  readonly time: (at: Date) => string
  readonly number: (value: number) => string
  /** "A, B, and C". */
  readonly list: (items: readonly string[]) => string
  /** "A, B, or C". */
  readonly choice: (items: readonly string[]) => string
  readonly href: (path: string) => string
}

const zone = 'America/Los_Angeles'
const locales = { en: 'en-US', es: 'es-US' } as const

const formatsIn = (lang: Language) => ({
  day: new Intl.DateTimeFormat(locales[lang], { dateStyle: 'long', timeZone: 'UTC' }),
  dayOfInstant: new Intl.DateTimeFormat(locales[lang], { dateStyle: 'long', timeZone: zone }),
  time: new Intl.DateTimeFormat(locales[lang], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: zone,
  }),
  number: new Intl.NumberFormat(locales[lang]),
  list: new Intl.ListFormat(lang),
  choice: new Intl.ListFormat(lang, { type: 'disjunction' }),
})

const formats = { en: formatsIn('en'), es: formatsIn('es') }

/** The words of one language. */
export function wordsIn(lang: Language): Words {
  const format = formats[lang]
  return {
    lang,
    t: translator(lang),
    day: (day) => format.day.format(new Date(`${day}T00:00:00Z`)),
    dayOfInstant: (at) => format.dayOfInstant.format(at),
    time: (at) => format.time.format(at),
    number: (value) => format.number.format(value),
    list: (items) => format.list.format(items),
    choice: (items) => format.choice.format(items),
    href: (path) => (path.startsWith('/') ? inLanguage(lang, path) : path),
  }
}

/** The words of the page that was asked for. */
export const wordsOf = (req: Request): Words => wordsIn(languageOf(req))
