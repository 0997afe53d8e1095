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

const TOKEN = /\\[\s\S]|\[(?:\^?\]|\^)?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu

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
    if (token.startsWith('\\')) return escaped(token)
    return token.length > 1 && token.startsWith('[') ? bracketed(token) : (own[token] ?? token)
  })
}

/** Letters that mean the same in both languages stay; other signs stand for themselves. */
function escaped(token: string): string {
  const sign = token.slice(1)
  if (/[dDwWsSbBnrtvfcxpPk0-9]/.test(sign)) return token
  if (/[a-zA-Z]/.test(sign)) throw new Error(`\\${sign} is not supported`)
  return /[$()*+./?[\\\]^{|}]/.test(sign) ? token : sign
}

function bracketed(token: string): string {
  if (token.includes('[:')) throw new Error('POSIX classes are not supported')
  const start = token.startsWith('[^') ? 2 : 1
  const inside = token.slice(start, -1).replace(/\\[\s\S]|[[\]]/gu, (part) => {
    if (part.length === 1) return `\\${part}`
    return part === '\\-' || part === '\\b' ? part : escaped(part)
  })
  return `${token.slice(0, start)}${inside}]`
}
