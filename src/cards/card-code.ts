/**
 * The code on a printed card: twelve signs of an alphabet without look-alikes (left out are 0 O D Q, 1 I L, 2 Z, 5 S, 8 B,
 * G, U) and without vowels, so that no word comes up. Eleven are drawn, 19^11 or 46 bits; the last one checks them. Nineteen
 * is prime and each place has a weight of its own, so one wrong sign, or two changed for each other, are always noticed.
 * Example: `RTKC-3MW9-HXFN`.
 */
const alphabet = 'CFHJKMNPRTVWXY34679'

const signs = 12
const groups = 4
/** 12 * 8 is 96, which is 1 modulo 19. */
const inverseOfLast = 8

const valueOf = (sign: string) => alphabet.indexOf(sign)

const weighted = (code: string) =>
  Array.from(code).reduce((sum, sign, at) => sum + (at + 1) * valueOf(sign), 0)

/** A new code, as it is kept: without dashes. `draw` gives a whole number from 0 to below its argument, each as likely. */
export function newCode(draw: (below: number) => number): string {
  const drawn = Array.from({ length: signs - 1 }, () => alphabet[draw(alphabet.length)]).join('')
  const check = alphabet.length - ((weighted(drawn) * inverseOfLast) % alphabet.length)
  return drawn + (alphabet[check % alphabet.length] ?? '')
}

/** The code as it was meant, from how it was typed: any case, spaces and dashes; undefined when it can't be a code. */
export function readCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[\s\p{Pd}_.]/gu, '')
  const isWhole = code.length === signs && Array.from(code).every((sign) => valueOf(sign) >= 0)
  return isWhole && weighted(code) % alphabet.length === 0 ? code : undefined
}

/** The code as it is printed: three groups of four. */
export const printedCode = (code: string): string =>
  code.replace(/.{4}(?=.)/g, (group) => `${group}-`)

/** The first group: guesses are counted by it. */
export const prefixOf = (code: string): string => code.slice(0, groups)
