import { expect } from 'chai'
import { hashPassword, isPassword } from '../../src/access/hash-password.js'
import { isGuessedFirst, isOwnName } from '../../src/access/password.js'

describe('password: which ones are guessed first', () => {
  for (const text of [
    'password123',
    'Contraseña',
    'aaaaaaaaaa',
    '1234567890',
    '0987654321',
    'abcdefghij',
    '8675309123',
    'waymark123',
  ]) {
    it(`refuses ${text}`, () => {
      expect(isGuessedFirst(text)).to.equal(true)
    })
  }

  for (const text of ['four words in a row', 'waymark-demo', 'Kx7!pq2mZw', 'acegikmoqs']) {
    it(`takes ${text}`, () => {
      expect(isGuessedFirst(text)).to.equal(false)
    })
  }

  it('refuses the own name or address, with a few characters added', () => {
    const ada = { email: 'ada.lovelace@example.org', name: 'Ada Lovelace' }

    expect(isOwnName('AdaLovelace1', ada)).to.equal(true)
    expect(isOwnName('ada.lovelace@example.org', ada)).to.equal(true)
    expect(isOwnName('ada.lovelace99', ada)).to.equal(true)
    expect(isOwnName('ada wrote the first program', ada)).to.equal(false)
  })
})

describe('password: how it is kept', () => {
  it('is an argon2id hash with the parameters OWASP asks for, and a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('same words'), hashPassword('same words')])

    expect(one).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).to.not.equal(other)
  })

  it('fits only the right password, typed in any Unicode form', async () => {
    const hash = await hashPassword('contrase\u00f1a larga')

    expect(await isPassword('contrasen\u0303a larga', hash)).to.equal(true)
    expect(await isPassword('contrasena larga', hash)).to.equal(false)
    expect(await isPassword('contrase\u00f1a larga', undefined)).to.equal(false)
  })
})
