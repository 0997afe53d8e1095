const elsewhere = 'https://elsewhere.invalid'

/** Pages that make no sense to come back to. */
const never = /^\/(sign-in|sign-out|clear|theme|register)(\/|\?|$)/

/**
 * The path of a page of ours to go back to after sign-in, without its language prefix; undefined for anything a browser
 * would take as another site (`//evil`, `/\evil`, `https:…`, control characters).
 */
export function ownPath(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 500 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text))
    return undefined
  if (text.includes('\\') || !URL.canParse(text, elsewhere)) return undefined
  const url = new URL(text, elsewhere)
  if (url.origin !== elsewhere || url.pathname.startsWith('//')) return undefined
  const path = `${url.pathname}${url.search}`
    .replace(/^\/es(?=\/|\?|$)/, '')
    .replace(/^(?!\/)/, '/')
  return path.startsWith('//') || never.test(path) ? undefined : path
}
