import { descriptionOf } from '../badges/badge-view.js'
import { criteriaLine } from '../badges/criteria-view.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { providerOf, type Fact } from '../providers/evidence.js'
import type { Credential, Copy, JsonObject } from '../credentials/credential.js'
import type { CredentialPage } from './read-credential-page.js'
import { nameOfShare } from './share-view.js'

/** Who signed a copy, as the signed document itself says. */
export function signerOf({ embedded }: Pick<Copy, 'embedded'>): { id: string; name: string } {
  const { issuer } = JSON.parse(embedded) as { issuer: JsonObject }
  return { id: String(issuer['id']), name: String(issuer['name']) }
}

const suffixes = ['png', 'svg', 'json', 'jws'] as const

const fileOf = (id: string, suffix: string) => `${to(paths.credential, { id })}.${suffix}`

/** A state that whoever reads must know of before anything else. */
function warningOf({ state, copies }: Pick<Credential, 'state' | 'copies'>, words: Words) {
  if (state === 'live') return undefined
  const withdrawn = copies.at(-1)?.withdrawn
  return {
    kind: state === 'revoked' ? ('error' as const) : ('warning' as const),
    heading: words.t(`sharing:credential.${state}.heading`),
    text: words.t(`sharing:credential.${state}.text`, {
      on: withdrawn ? words.dayOfInstant(withdrawn.at) : '',
      reason: withdrawn?.reason ?? '',
    }),
  }
}

const factRow = (fact: Fact, { providers, withdrawn }: CredentialPage, words: Words) => ({
  cells: [
    { text: fact.title, sub: providerOf(fact, providers) },
    words.t(`learners:factKind.${fact.kind}`),
    { date: fact.earnedOn, text: words.day(fact.earnedOn) },
    withdrawn.has(fact.id)
      ? { tag: { word: words.t('sharing:credential.factWithdrawn'), tone: 'stop' as const } }
      : { level: fact.level },
  ],
})

/** LinkedIn's own form, filled in; it keeps the address, so the badge should be shared for as long as it stands there. */
const linkedInOf = ({ badge, award, address, copy }: CredentialPage) =>
  withQuery('https://www.linkedin.com/profile/add', {
    startTask: 'CERTIFICATION_NAME',
    name: badge.name,
    organizationName: signerOf(copy).name,
    issueYear: Number(award.awardedOn.slice(0, 4)),
    issueMonth: Number(award.awardedOn.slice(5, 7)),
    certUrl: address,
    certId: award.id,
  })

function ownOf(page: CredentialPage, words: Words) {
  const { award, badge, shares } = page
  const named = new Map([[award.id, badge.name]])
  return {
    isShared: shares.length > 0,
    shares: shares.map((share) => ({
      href: words.href(to(paths.shareOpenings, { id: share.id })),
      text: nameOfShare(share, named, words),
      until: words.t('sharing:credential.until', { on: words.day(share.expiresOn) }),
    })),
    shareHref: words.href(withQuery(paths.newShare, { credential: award.id })),
    linkedIn: linkedInOf(page),
    recordHref: words.href(paths.takeRecord),
  }
}

/** The page of one credential: what was done, by whom, checked how, signed by whom, and how to check it. */
export function credentialPage(page: CredentialPage, words: Words) {
  const { award, badge, learner, copy, credential, facts, names, by } = page
  const { t } = words
  const signer = signerOf(copy)
  const earnedOn = words.day(award.awardedOn)
  return {
    title: badge.name,
    eyebrow: t('sharing:credential.eyebrow', { issuer: signer.name }),
    lead: t('sharing:credential.lead', { name: learner.name, on: earnedOn, issuer: signer.name }),
    picture: withQuery(to(paths.badgePicture, { slug: badge.slug }), { version: badge.version }),
    level: copy.evidenceLevel,
    warning: warningOf(credential, words),
    demonstration: learner.demonstration,
    description: descriptionOf(badge, words),
    badgeHref: words.href(to(paths.badge, { slug: badge.slug })),
    takes: [criteriaLine(badge.criteria, names, words)],
    skills: page.skills.map(({ name }) => name).join(', '),
    evidence: facts.map((fact) => factRow(fact, page, words)),
    signed: [
      { term: t('sharing:credential.by'), text: signer.name },
      { term: t('sharing:credential.issuerId'), text: signer.id },
      { term: t('sharing:credential.on'), text: words.time(copy.signedAt) },
      {
        term: t('sharing:credential.version'),
        text: t('badges:version', { version: badge.version }),
      },
      { term: t('sharing:credential.number'), text: award.id },
    ],
    verifyHref: words.href(withQuery(paths.verify, { link: page.address })),
    address: page.address,
    qr: page.qr,
    files: suffixes.map((suffix) => ({
      href: fileOf(award.id, suffix),
      name: `${badge.slug}.${suffix}`,
      text: t(`sharing:file.${suffix}.name`),
      means: t(`sharing:file.${suffix}.means`),
    })),
    ...(by === 'owner' && { own: ownOf(page, words) }),
  }
}
