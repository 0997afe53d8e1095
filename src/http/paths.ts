/** The site map: the only place where a page's URL is spelled. Patterns are Express's. */
export const paths = {
  landing: '/',
  home: '/home',
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  theme: '/theme',
  accessibility: '/accessibility',
  privacy: '/privacy',
  help: '/help',
  developers: '/developers',
  openapi: '/openapi.json',

  centers: '/centers',
  center: '/centers/:id',
  referrals: '/referrals',
  newReferral: '/referrals/new',
  referral: '/referrals/:id',
  answerReferral: '/referrals/:id/answer',
  staff: '/staff',
  readyList: '/staff/ready',
  readyCsv: '/staff/ready.csv',
  referralQueue: '/staff/referrals',
  referralQueueCsv: '/staff/referrals.csv',
  staffLearner: '/staff/learners/:id',
  staffReferral: '/staff/learners/:id/referral',
  newPairing: '/staff/learners/:id/pairings/new',
  endPairing: '/staff/pairings/:id/end',
  mentor: '/mentor',
  mentorCsv: '/mentor.csv',
  mentorCapacity: '/mentor/capacity',
  mentorLearner: '/mentor/learners/:id',
  newMeeting: '/mentor/learners/:id/meetings/new',
  newNudge: '/mentor/learners/:id/nudges/new',
  myMentors: '/my-mentors',
  mentorMaySee: '/my-mentors/:id',
  employer: '/employer',

  signIn: '/sign-in',
  signOut: '/sign-out',
  register: '/register',
  registered: '/register/sent',
  confirmEmail: '/confirm-email/:account/:token',
  forgotPassword: '/forgot-password',
  resetSent: '/forgot-password/sent',
  resetPassword: '/reset-password/:account/:token',
  agreement: '/program-agreement',
  settings: '/settings',
  changePassword: '/settings/password',
  sendConfirmation: '/settings/confirmation',
  invitation: '/invitations/:id/:token',
  people: '/people',
  peopleCsv: '/people.csv',
  invite: '/people/invite',
  invitations: '/people/invitations',
  withdrawInvitation: '/people/invitations/:id/withdraw',
  person: '/people/:id',
  personRoles: '/people/:id/roles',
  deactivatePerson: '/people/:id/deactivate',
  reactivatePerson: '/people/:id/reactivate',
  organizations: '/organizations',
  organizationsCsv: '/organizations.csv',
  registerOrganization: '/register/organization',
  organization: '/organizations/:id',
  editOrganization: '/organizations/:id/edit',
  decideOrganization: '/organizations/:id/decision',
  messages: '/messages',
  retryMessage: '/messages/:id/retry',
} as const

/** Fills a pattern: `to('/tracks/:slug', { slug: 'php' })` is `/tracks/php`. Values are encoded. */
export function to(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

/** The path with a query; undefined and empty values are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(
    pairs.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString()
  return text ? `${path}?${text}` : path
}
