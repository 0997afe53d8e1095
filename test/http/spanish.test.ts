import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const folder = new URL('../../views/locales/es', import.meta.url).pathname

/** Forms that only an informal "tú" uses; those that are a third person too (pide, firma, cambia) prove nothing. */
const informal =
  /(?<![\p{L}])([Tt]ú|[Tt]us?|[Tt]i|[Tt]e|[Cc]ontigo|[Tt]uy[oa]s?|[Pp]uedes|[Tt]ienes|[Ee]res|[Ee]stás|[Qq]uieres|[Dd]ebes|[Nn]ecesitas|[Cc]rees|[Ss]abes|[Hh]as|[Ee]scribas|[Hh]az|[Vv]uelve y|[Ee]lige (?:una?|qué|al)|\p{L}{3,}(?:aste|iste)s?)(?![\p{L}])/gu

/** Words that only look like it: nouns and third persons in -aste and -iste. */
const other = new Set([
  'existe',
  'consiste',
  'insiste',
  'asiste',
  'triste',
  'baste',
  'contraste',
  'gaste',
])

const informalIn = (text: string): string[] =>
  [...text.matchAll(informal)]
    .map(([word]) => word)
    .filter((word) => !other.has(word.toLowerCase()))

describe('the Spanish words', () => {
  const files = readdirSync(folder)

  for (const file of files)
    it(`of ${file} address everybody as usted`, () => {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n')

      expect(lines.filter((line) => informalIn(line).length > 0)).to.deep.equal([])
    })

  it('would be found out', () => {
    for (const text of ['Elige una insignia', 'tu motivo', 'Puedes salir', 'lo que guardaste'])
      expect(informalIn(text), text).to.have.length(1)
    for (const text of ['Su centro existe', 'Usted elige el centro', 'MO, TU, WE'])
      expect(informalIn(text), text).to.have.length(0)
  })
})
