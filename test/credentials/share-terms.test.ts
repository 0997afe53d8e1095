import { expect } from 'chai'
import jsonld from 'jsonld'
import { canonicalForm } from '../../src/credentials/embedded-proof.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { anOutsideBadge } from '../support/build-issuers.js'

const school = 'did:web:school.example.org'

type Clone = (value: unknown) => unknown

/** Copies everything, as jsonld does by itself. */
const deep: Clone = (value) => {
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, deep(one)]))
  if (Array.isArray(value)) return value.map(deep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)]))
}

/** Shares the definitions of a context as we do, each frozen: whoever changed one would throw. */
const sharing: Clone = (value) => {
  if (!(value instanceof Map)) return deep(value)
  for (const definition of value.values()) Object.freeze(definition)
  return new Map(value as Map<unknown, unknown>)
}

async function withClone<T>(clone: Clone, work: () => Promise<T>): Promise<T> {
  const util = jsonld.util
  const before = util.clone
  util.clone = clone
  try {
    return await work()
  } finally {
    util.clone = before
  }
}

const inline = (more: JsonObject) => ({
  '@context': [...(anOutsideBadge(school)['@context'] as string[]), more],
})

describe('Sharing the terms of a context between its copies', () => {
  const evidence = ['a', 'b', 'c'].map((name) => ({ id: `urn:${name}`, type: ['Evidence'], name }))
  const endorsement = {
    id: 'urn:uuid:endorsement',
    type: ['VerifiableCredential', 'EndorsementCredential'],
    issuer: { id: school, type: ['Profile'] },
    credentialSubject: { id: 'urn:x', type: ['EndorsementSubject'], endorsementComment: 'Good.' },
  }
  const documents: readonly [string, JsonObject][] = [
    ['a badge', anOutsideBadge(school)],
    ['a badge with evidence', anOutsideBadge(school, { evidence })],
    ['a badge with an endorsement inside', anOutsideBadge(school, { endorsement: [endorsement] })],
    ['a term of its own', anOutsideBadge(school, { ...inline({ mine: 'urn:mine' }), mine: 'x' })],
    [
      'a context for one type',
      anOutsideBadge(school, {
        ...inline({ Own: { '@id': 'urn:own', '@context': { mine: 'urn:mine' } } }),
        evidence: [{ id: 'urn:a', type: ['Evidence', 'Own'], name: 'a', mine: 'x' }, ...evidence],
      }),
    ],
    ['a protected term redefined', anOutsideBadge(school, inline({ name: 'urn:other' }))],
    ['a term nobody defines', anOutsideBadge(school, { nobody: 'x' })],
  ]
  const resultOf = (document: JsonObject) =>
    canonicalForm(document).catch((error: unknown) => (error as Error).name)

  before(() => canonicalForm(anOutsideBadge(school)))

  for (const [what, document] of documents)
    it(`changes nothing about ${what}, and no definition is ever changed`, async () => {
      const copied = await withClone(deep, () => resultOf(document))
      const strict = await withClone(sharing, () => resultOf(document))
      const ours = await resultOf(document)

      expect(copied).to.match(/^<(did|urn):|jsonld\./)
      expect([strict, ours]).to.deep.equal([copied, copied])
    })

  it('is what jsonld does here', () => {
    const definition = {}
    const copy = jsonld.util.clone(new Map([['name', definition]])) as Map<string, object>

    expect(copy.get('name')).to.equal(definition)
    expect(jsonld.util.clone({ definition })).not.to.equal(definition)
  })
})
