import type { Actor, Role } from './actor.js'

/** Open to everybody, signed in or not. */
export const anyone = 'anyone'
/** Open to every signed-in person. */
export const signedIn = 'signed-in'

type Rule = typeof anyone | typeof signedIn | readonly Role[]

/**
 * Who may do what: the whole first answer. Every route names one of these actions. Whether this person may do it to this
 * record is the second question, answered by the record's own rules in the use-case.
 */
export const policy = {
  // the product itself
  'see public pages': anyone,
  'check health': anyone,
  'read metrics': anyone,
  'read the api description': anyone,
  'go home': signedIn,
  'see the program': ['manager'],

  // communities and the programs that run there
  'see communities': anyone,

  // tracks and badges
  'see tracks': anyone,
  'start a track': ['learner'],
  'edit tracks': ['manager'],
  'see badges': anyone,
  'edit badges': ['manager'],
  'withdraw awards': ['manager'],

  // the hand-off; a referral's own rules say who is a party, everybody else learns nothing of it
  'see centers': anyone,
  'keep centers': ['staff', 'manager'],
  'import centers': ['manager'],
  'offer appointments': ['staff'],
  'book appointments': ['learner'],
  'see appointments': ['learner', 'staff'],
  'ask for a referral': ['learner', 'staff'],
  'ask for many referrals': ['staff'],
  'list referrals': ['learner', 'staff'],
  'read a referral': signedIn,
  'answer a referral': signedIn,
  'open a packet link': anyone,
  'see who is job-ready': ['staff'],
  'work a caseload': ['staff'],
  'agree to plans': ['learner'],
  'record skill gains': ['staff'],
  'take out reports': ['manager'],
  'pair mentors': ['staff'],
  'merge records': ['staff', 'manager'],

  // evidence; an import's own rules say whose it is
  'bring evidence': ['learner'],
  'bring imports': ['learner', 'provider'],
  'see imports': ['learner', 'provider'],
  'confirm completions': ['provider'],
  'sign completions': anyone,

  // credentials from anywhere
  'check a badge': anyone,
  'manage trusted issuers': ['manager'],

  // mentoring
  'mentor learners': ['mentor'],
  'say what a mentor sees': ['learner'],

  // signed documents: what anybody needs to check them
  'check signatures': anyone,
  'manage signed badges': ['manager'],
  'endorse badges': ['college', 'employer'],

  // systems of other organizations, told of what happens
  'connect systems': ['college', 'staff'],

  // accounts
  'sign in': anyone,
  'sign out': signedIn,
  'open an account': anyone,
  'use a link from a mail': anyone,
  'get a token': anyone,
  'see oneself': signedIn,
  'change own settings': signedIn,
  'register an organization': anyone,
  'register own organization': signedIn,
  'manage people': ['manager'],
  'manage organizations': ['manager'],
  'see changes': ['manager'],
  'see messages': ['manager'],

  // employers
  'see the employer page': ['employer'],

  // the learner's own record, and who else may look into it
  'see own record': ['learner'],
  'edit own profile': ['learner'],
  'keep own resume': ['learner'],
  'read a record': ['learner', 'mentor', 'staff', 'college', 'employer'],
  'give consent': ['learner'],
  'see who looked': ['learner'],
  'take own data': ['learner'],
  'make own card': ['learner'],
  'print cards': ['staff'],
  'look with a card': anyone,
  'delete own account': ['learner'],
  'hold records': ['manager'],
  'edit readiness rules': ['manager'],
  'sign off readiness': ['mentor'],
  'mark readiness': ['mentor', 'staff'],
  'log own practice': ['learner'],

  // badges carried away; who may see a credential is asked of the credential itself
  'see credentials': anyone,
  'see shared badges': anyone,
  'share badges': ['learner'],
  'take the record along': ['learner'],

  // credit
  'see the crosswalk': anyone,
  'claim credit': ['learner'],
  'see signed credit': ['learner', 'college'],
  'decide on claims': ['college'],
  'keep agreements': ['college'],
  'run pathways': ['college'],
  'see pathways': anyone,
  'apply to pathways': ['learner'],
  'propose agreements': ['college', 'provider'],
} as const satisfies Record<string, Rule>

export type Action = keyof typeof policy

/** True when this visitor may try the action at all. */
export function mayTry(action: Action, visitor: Actor | undefined): boolean {
  const rule = policy[action] as Rule
  if (rule === anyone) return true
  if (!visitor) return false
  return rule === signedIn || visitor.roles.some((at) => rule.includes(at.role))
}
