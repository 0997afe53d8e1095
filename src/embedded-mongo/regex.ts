import { CommandError } from './error.js'
import { isRegex, regexParts } from './values.js'

/**
 * A JavaScript regular expression that matches what PCRE would; what cannot be said in JavaScript
 * (`\A`, `[[:alpha:]]`, atomic groups …) is refused with 51091 rather than read differently.
 */
export function compileRegex(operand: unknown, options: unknown): RegExp {
  if (!isRegex(operand) && typeof operand !== 'string')
    throw new CommandError(2, '$regex has to be a string')
  if (options !== undefined && typeof options !== 'string')
    throw new CommandError(2, '$options has to be a string')
  const parts = isRegex(operand) ? regexParts(operand) : { pattern: operand, options: '' }
  if (options && parts.options)
    throw new CommandError(51_075, 'options set in both $regex and $options')
  const leading = /^\(\?([imsx]+)\)/.exec(parts.pattern)
  const chosen = new Set((options ?? parts.options) + (leading?.[1] ?? ''))
  for (const flag of chosen)
    if (!'imsxu'.includes(flag))
      throw new CommandError(51_108, `invalid flag in regex options: ${flag}`)
  const pattern = parts.pattern.slice(leading?.[0].length ?? 0)
  const flags = [...chosen].filter((flag) => 'im'.includes(flag)).join('')
  try {
    return new RegExp(translated(pattern, chosen), `${flags}u`)
  } catch (error) {
    throw new CommandError(51_091, `Regular expression is invalid: ${(error as Error).message}`)
  }
}

const TOKEN = /\\[\s\S]|\[(?:\^?\]|\^)?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu

/** PCRE's `.` stops only at a line feed, its `$` also stands before a last one; `x` drops blanks. */
function translated(pattern: string, options: ReadonlySet<string>): string {
  let comment = false
  return pattern.replace(TOKEN, (token) => {
    if (options.has('x') && comment) {
      comment = token !== '\n'
      return ''
    }
    if (options.has('x') && /^\s$/.test(token)) return ''
    if (options.has('x') && token === '#') {
      comment = true
      return ''
    }
    if (token === '.') return options.has('s') ? '[\\s\\S]' : '[^\\n]'
    if (token === '$' && !options.has('m')) return '(?=\\n?(?![\\s\\S]))'
    if (token.startsWith('\\')) return escaped(token)
    if (token.length > 1 && token.startsWith('[')) return bracketed(token)
    return token === '{' || token === '}' || token === ']' ? `\\${token}` : token
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
  const negated = token.startsWith('[^')
  const inside = token.slice(negated ? 2 : 1, -1)
  const plain = inside.replace(/\\[\s\S]|[[\]]/gu, (part) => {
    if (part.length === 1) return `\\${part}`
    return part === '\\-' || part === '\\b' ? part : escaped(part)
  })
  return `[${negated ? '^' : ''}${plain}]`
}
