import type { Role } from '../access/actor.js'

/** Somebody who can sign in to a demonstration with the password everybody knows. */
export interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly role: Role
  /** Slug of the organization in seed/; undefined: the board. */
  readonly organization?: string
}

/** The password of every demonstration account; production refuses to start on them. */
export const demoPassword = 'waymark-demo'

/** The demonstration's people, one a role (design.md, section 4). */
export const demoPeople: readonly DemoPerson[] = [
  { email: 'learner@example.org', name: 'Lena Ortiz', role: 'learner' },
  { email: 'ready@example.org', name: 'Rae Dawson', role: 'learner' },
  { email: 'mentor@example.org', name: 'Mona Achebe', role: 'mentor' },
  {
    email: 'staff@example.org',
    name: 'Stan Whitaker',
    role: 'staff',
    organization: 'wspm-southeast',
  },
  { email: 'college@example.org', name: 'Colleen Park', role: 'college', organization: 'pcc' },
  {
    email: 'employer@example.org',
    name: 'Emil Novak',
    role: 'employer',
    organization: 'metal-toad',
  },
  {
    email: 'provider@example.org',
    name: 'Priya Shah',
    role: 'provider',
    organization: 'treehouse',
  },
  { email: 'manager@example.org', name: 'Mara Lindqvist', role: 'manager' },
]
