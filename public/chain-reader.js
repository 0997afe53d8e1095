// The reader inside a chain file. It works from the disk without any network: it checks every signature with the keys in
// the file, the order of the links and that none is missing, and says what it can not know: whether the keys are the
// signers' own. Nothing that does not hold is shown as true.

const words = JSON.parse(document.getElementById('chain-words').textContent)
const place = document.getElementById('chain')
const format = 'waymark-chain/1'

const element = (tag, text, className) => {
  const made = document.createElement(tag)
  if (text !== undefined) made.textContent = text
  if (className !== undefined) made.className = className
  return made
}
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')

const bytesOf = (text) => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0))
}
const textOf = (bytes) =>
  btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const isCanonical = (text) => textOf(bytesOf(text)) === text
const hashOf = async (text) =>
  textOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

class Fault extends Error {
  constructor(why, at) {
    super(why)
    this.at = at
  }
}

const isText = (value) => typeof value === 'string'
const hasOnly = (value, names) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).sort().join(' ') === names

function readData() {
  const found = document.querySelectorAll('#chain-data')
  if (found.length !== 1) throw new Fault(found.length === 0 ? 'no-data' : 'two-data')
  const text = found[0].textContent
  let data
  try {
    data = JSON.parse(text)
  } catch {
    throw new Fault('not-json')
  }
  if (JSON.stringify(data) !== text) throw new Fault('changed-text')
  if (!hasOnly(data, 'format keys links')) throw new Fault('wrong-shape')
  if (data.format !== format) throw new Fault('wrong-format')
  const lists = Array.isArray(data.keys) && Array.isArray(data.links) && data.links.length > 0
  if (!lists || !data.links.every(isText)) throw new Fault('wrong-shape')
  return data
}

// A key is named by its fingerprint (RFC 7638), so a key that was exchanged no longer fits its name.
const membersOf = { RSA: ['e', 'kty', 'n'], OKP: ['crv', 'kty', 'x'], EC: ['crv', 'kty', 'x', 'y'] }
const algorithms = {
  RS256: { kty: 'RSA', make: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
  ES256: {
    kty: 'EC',
    make: { name: 'ECDSA', namedCurve: 'P-256' },
    check: { name: 'ECDSA', hash: 'SHA-256' },
  },
  EdDSA: { kty: 'OKP', make: { name: 'Ed25519' } },
}

async function fingerprintOf({ kid, jwk }) {
  const names = membersOf[jwk?.kty]
  if (!isText(kid) || !names || !hasOnly(jwk, names.join(' '))) throw new Fault('wrong-shape')
  const sorted = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])))
  const fingerprint = await hashOf(sorted)
  if (!kid.endsWith(`/${fingerprint}`)) throw new Fault('changed-keys')
  return fingerprint
}

function partsOf(jws) {
  const parts = jws.split('.')
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) return undefined
  try {
    if (!parts.every(isCanonical)) return undefined
    const read = (part) =>
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part)))
    return { header: read(parts[0]), claims: read(parts[1]), parts }
  } catch {
    return undefined
  }
}

async function isSigned({ header, parts }, keys) {
  const algorithm = algorithms[header.alg]
  const key = keys.get(header.kid)
  if (!algorithm || !key || header.crit !== undefined || key.jwk.kty !== algorithm.kty) return false
  const made = await crypto.subtle.importKey('jwk', key.jwk, algorithm.make, false, ['verify'])
  const content = new TextEncoder().encode(`${parts[0]}.${parts[1]}`)
  key.used = true
  return crypto.subtle.verify(
    algorithm.check ?? algorithm.make.name,
    made,
    bytesOf(parts[2]),
    content,
  )
}

const isLine = (line) => Array.isArray(line) && line.length === 2 && line.every(isText)

function checkPlace(claims, position, before) {
  if (claims.format !== format || !isText(claims.title) || !Array.isArray(claims.lines))
    throw new Fault('wrong-format', position)
  if (!claims.lines.every(isLine)) throw new Fault('wrong-format', position)
  if (before?.claims.kind === 'end') throw new Fault('after-end', position)
  if (before && before.claims.chain !== claims.chain) throw new Fault('other-chain', position)
  if (before && before.claims.subject !== claims.subject) throw new Fault('other-person', position)
  if (claims.position !== position) throw new Fault('wrong-position', position)
  if (claims.previous !== (before?.hash ?? null)) throw new Fault('broken-link', position)
}

async function checkCredential(claims, position, keys) {
  if (claims.credential === undefined) return
  const inner = isText(claims.credential) ? partsOf(claims.credential) : undefined
  if (!inner || !(await isSigned(inner, keys))) throw new Fault('bad-credential', position)
  if (inner.claims.credentialSubject?.id !== claims.subject)
    throw new Fault('other-person', position)
}

async function check(data, links) {
  const keys = new Map()
  for (const key of data.keys) {
    if (!hasOnly(key, 'jwk kid')) throw new Fault('wrong-shape')
    keys.set(key.kid, { jwk: key.jwk, fingerprint: await fingerprintOf(key), signers: new Set() })
  }
  if (keys.size !== data.keys.length) throw new Fault('changed-keys')
  let before
  for (const [index, jws] of data.links.entries()) {
    const position = index + 1
    const link = partsOf(jws)
    if (!link) throw new Fault('unreadable-link', position)
    if (!(await isSigned(link, keys))) throw new Fault('bad-signature', position)
    checkPlace(link.claims, position, before)
    await checkCredential(link.claims, position, keys)
    keys.get(link.header.kid).signers.add(link.claims.iss)
    links.push({ claims: link.claims, key: keys.get(link.header.kid) })
    before = { claims: link.claims, hash: await hashOf(jws) }
  }
  const last = before.claims
  if (last.kind !== 'end' || last.data?.links !== last.position)
    throw new Fault('no-end', last.position)
  if ([...keys.values()].some(({ used }) => !used)) throw new Fault('changed-keys')
  return keys
}

const grouped = (fingerprint) => fingerprint.match(/.{1,8}/g).join(' ')

function banner(kind, heading, text) {
  const note = element('div', undefined, `banner banner--${kind}`)
  note.setAttribute('role', kind === 'bad' ? 'alert' : 'status')
  note.append(element('h2', heading), element('p', text))
  return note
}

function linkOf({ claims, key }) {
  const item = element('li', undefined, 'link')
  item.append(element('h3', claims.title))
  const facts = element('dl')
  for (const [term, text] of claims.lines) {
    const row = element('div')
    row.append(element('dt', term), element('dd', text))
    facts.append(row)
  }
  const signer = filled(claims.onBehalfOf ? words.signedFor : words.signedBy, {
    issuer: claims.iss,
    name: claims.onBehalfOf?.name,
    key: key.fingerprint.slice(0, 8),
  })
  item.append(facts, element('p', signer, 'small'))
  return item
}

function listOf(links) {
  const list = element('ol', undefined, 'links')
  for (const link of links) if (link.claims.kind !== 'end') list.append(linkOf(link))
  return list
}

function keyList(keys) {
  const section = element('section')
  section.append(element('h2', words.keys), element('p', words.keysMean))
  const list = element('ul')
  for (const { fingerprint, signers } of keys.values()) {
    const item = element('li')
    item.append(element('code', grouped(fingerprint)))
    if (signers.size > 0) item.append(element('p', [...signers].join(', '), 'small'))
    list.append(item)
  }
  section.append(list)
  return section
}

async function read() {
  if (globalThis.crypto?.subtle === undefined) {
    place.prepend(banner('unsure', words.cannotHeading, words.cannot))
    return 'unsure'
  }
  const links = []
  try {
    const keys = await check(readData(), links)
    place.replaceChildren(
      banner('good', words.intactHeading, filled(words.intact, { count: links.length })),
      listOf(links),
      keyList(keys),
    )
    return 'intact'
  } catch (error) {
    const why = words.faults[error.message] ?? words.faults['bad-signature']
    const heading = error.at ? filled(words.brokenAt, { at: error.at }) : words.broken
    place.replaceChildren(banner('bad', heading, why))
    if (links.length > 0) place.append(element('p', words.upTo), listOf(links))
    return 'broken'
  }
}

void read().then((state) => {
  document.documentElement.dataset.chain = state
})
