/** Shortest and longest password: long enough to resist guessing, short enough to hash (NIST SP 800-63B asks for 8 to 64). */
export const passwordLength = { min: 10, max: 200 } as const

/** What people choose when ten characters are asked for; guessers start here. */
const guessedFirst = new Set(
  [
    'password12 password123 password1234 passw0rd123 mypassword mypassword1 thepassword password2024 password2025',
    'password2026 contraseña contrasena contraseña1 contrasena123 micontraseña welcome123 welcome1234 bienvenido1',
    'qwertyuiop qwertyuiop1 qwerty12345 qwerty123456 asdfghjkl1 asdfghjklñ 1q2w3e4r5t 1qaz2wsx3edc zaq12wsxcde',
    'iloveyou12 iloveyou123 teamoteamo teamomucho sunshine12 princess12 football12 baseball12 superman12 letmein123',
    'abcdefghij abcdefghijk abcd123456 abc1234567 admin12345 administrator changeme123 changeme12 test123456',
    'waymark123 waymark1234 waymarkwaymark oregon12345 portland123 codeoregon codeoregon1 treehouse1 treehouse123',
  ]
    .join(' ')
    .split(' '),
)

/** Each character the same distance after the one before: aaaa, 1234, hgfe. */
function isRow(text: string): boolean {
  const step = text.charCodeAt(1) - text.charCodeAt(0)
  return Array.from(
    { length: text.length - 1 },
    (_, at) => text.charCodeAt(at + 1) - text.charCodeAt(at),
  ).every((distance) => distance === step && Math.abs(distance) <= 1)
}

/** True for passwords a guesser tries first: well-known ones, one character repeated, characters in a row. */
export function isGuessedFirst(password: string): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  const half = text.slice(0, text.length / 2)
  return (
    guessedFirst.has(text) ||
    isRow(text) ||
    (isRow(half) && text === half + half) ||
    /^\d+$/.test(text)
  )
}

/** True when the password is (nearly) the person's own address or name. */
export function isOwnName(password: string, person: { email?: string; name?: string }): boolean {
  const text = password.toLowerCase().replace(/\s+/g, '')
  const own = [person.email, person.email?.split('@')[0], person.name]
    .map((word) => word?.toLowerCase().replace(/\s+/g, '') ?? '')
    .filter((word) => word.length >= 4)
  return own.some(
    (word) => text === word || (text.startsWith(word) && text.length - word.length < 4),
  )
}
