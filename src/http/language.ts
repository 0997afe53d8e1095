import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { NextFunction, Request, Response } from 'express'
import i18next, { type TFunction } from 'i18next'

export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

const localesFolder = new URL('../../views/locales/', import.meta.url).pathname

function readLocales(folder: string) {
  return Object.fromEntries(
    languages.map((language) => [
      language,
      Object.fromEntries(
        readdirSync(join(folder, language))
          .filter((file) => file.endsWith('.json'))
          .map((file) => [
            basename(file, '.json'),
            JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as object,
          ]),
      ),
    ]),
  )
}

const resources = readLocales(localesFolder)
const words = i18next.createInstance()
void words.init({
  resources,
  lng: 'en',
  fallbackLng: false,
  ns: Object.keys(resources.en ?? {}),
  initAsync: false,
  returnNull: false,
  interpolation: { escapeValue: false },
  parseMissingKeyHandler: (key) => {
    missingKeys.add(key)
    return key
  },
})

/** Keys that were asked for and are in no locale file, since the start. The test suite fails when there is one. */
export const missingKeys = new Set<string>()

/** Translates `feature:section.key`; text comes back unescaped, EJS escapes it. */
export const translator = (language: Language): TFunction => words.getFixedT(language)

/** True for a key that stands in the locale files of that language. */
export const isKey = (text: string, language: Language = 'en'): boolean =>
  /^[a-z]+:[\w.-]+$/i.test(text) && words.exists(text, { lng: language })

/** Translates when `text` is a key, else gives it back as it is. */
export function say(
  language: Language,
  text: string,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return isKey(text, language) ? translator(language)(text, { ...params }) : text
}

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
