import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const source = new URL('../../src/', import.meta.url).pathname

describe('the records that announce mails', () => {
  it('are all relayed: no outbox is forgotten in messages/sources.ts', () => {
    const listed = readFileSync(join(source, 'messages/sources.ts'), 'utf8')
    const declared = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-store.ts'))
      .flatMap((file) => [
        ...readFileSync(join(source, file), 'utf8').matchAll(/const (\w+)[^=\n]*= outboxIn\(/g),
      ])
      .map((match) => match[1] ?? '')

    expect(declared).to.include('accountOutbox')
    expect(declared.filter((name) => !listed.includes(`  ${name},`))).to.deep.equal([])
  })
})
