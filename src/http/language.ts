import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { NextFunction, Request, Response } from 'express'
import { dictionary, type Params, type Translate, type WordTree } from './translate.js'

export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

const localesFolder = new URL('../../views/locales/', import.meta.url).pathname

function readLocales(language: Language): Record<string, WordTree> {
  const folder = join(localesFolder, language)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return Object.fromEntries(
    files.map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as WordTree,
    ]),
  )
}

/** Keys that were asked for and are in no locale file, since the start. The test suite fails when there is one. */
export const missingKeys = new Set<string>()

const dictionaryOf = (language: Language) =>
  dictionary(language, readLocales(language), (key) => {
    missingKeys.add(key)
  })

const dictionaries = { en: dictionaryOf('en'), es: dictionaryOf('es') }

/** Translates `feature:section.key` in that language. */
export const translator = (language: Language): Translate => dictionaries[language].translate

/** True for a key that stands in the locale files of that language. */
export const isKey = (text: string, language: Language = 'en'): boolean =>
  dictionaries[language].has(text)

/** Translates when `text` is a key, else gives it back as it is. */
export const say = (language: Language, text: string, params?: Params): string =>
  isKey(text, language) ? translator(language)(text, params) : text

/** Takes `/es` off the front of the URL and remembers it: `/es/tracks` is the Spanish `/tracks`. */
export function readLanguage(req: Request, _res: Response, next: NextFunction): void {
  const spanish = /^\/es(?=\/|\?|$)/.exec(req.url)
  req.language = spanish ? 'es' : 'en'
  if (spanish) req.url = req.url.slice(3).replace(/^(?!\/)/, '/')
  next()
}

/** The language of a page by its URL, of an API call by Accept-Language. */
export const languageOf = (req: Request): Language =>
  req.language ?? (req.acceptsLanguages([...languages]) === 'es' ? 'es' : 'en')

/** The path in that language. */
export const inLanguage = (language: Language, path: string): string =>
  language === 'en' ? path : path === '/' ? '/es' : `/es${path}`

declare module 'express-serve-static-core' {
  interface Request {
    language?: Language
  }
}
