import { CommandError, insist } from './error.js'
import { isRegex, regexParts } from './values.js'

/**
 * A JavaScript regular expression that matches what PCRE would; what cannot be said in JavaScript
 * (`\A`, `[[:alpha:]]`, atomic groups …) is refused with 51091 rather than read differently.
 */
export function compileRegex(operand: unknown, options: unknown): RegExp {
  const isText = typeof operand === 'string'
  insist(isText || isRegex(operand), 2, '$regex has to be a string')
  const isRight = options === undefined || typeof options === 'string'
  insist(isRight, 2, '$options has to be a string')
  const { pattern, options: own } = isText ? { pattern: operand, options: '' } : regexParts(operand)
  insist(!options || !own, 51_075, 'options set in both $regex and $options')
  const chosen = options ?? own
  insist(/^[imsu]*$/.test(chosen), 51_108, `invalid flag in regex options: ${chosen}`)
  try {
    return new RegExp(translated(pattern, chosen), chosen.includes('i') ? 'iu' : 'u')
  } catch (error) {
    throw new CommandError(51_091, `Regular expression is invalid: ${(error as Error).message}`)
  }
}

const TOKEN = /\\[\s\S]|\[(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu

/** PCRE knows one line end, the line feed: `.` stops at it, `$` also stands before a last one. */
function translated(pattern: string, options: string): string {
  const isLines = options.includes('m')
  const own: Readonly<Record<string, string>> = {
    '.': options.includes('s') ? '[\\s\\S]' : '[^\\n]',
    '^': isLines ? '(?<![^\\n])' : '^',
    $: isLines ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))',
    '{': '\\{',
    '}': '\\}',
    ']': '\\]',
  }
  return pattern.replace(TOKEN, (token) => {
    const isOther = token === '\\u' || /^\[\^?\]|.\[:/s.test(token)
    if (isOther) throw new Error(`${token} means something else in PCRE`)
    const isNeedless = /^\\[^a-zA-Z0-9$()*+./?[\\\]^{|}]/.test(token)
    return isNeedless ? token.slice(1) : (own[token] ?? token)
  })
}
