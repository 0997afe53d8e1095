import { hash, verify } from '@node-rs/argon2'

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The argon2id hash of a password, with its salt and parameters; takes some 30 ms of one core outside the event loop. */
export const hashPassword = (password: string): Promise<string> =>
  hash(password.normalize('NFKC'), parameters)

/** A hash nobody knows the password of, made once: unknown people cost the same time as known ones. */
let decoy: Promise<string> | undefined

/** True when the password is right; without a hash it takes the same time and is false. */
export async function isPassword(password: string, passwordHash: string | undefined) {
  decoy ??= hashPassword(crypto.randomUUID())
  const matches = await verify(passwordHash ?? (await decoy), password.normalize('NFKC'))
  return matches && passwordHash !== undefined
}
