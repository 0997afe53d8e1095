import { creditsText, creditTag } from '../credits/credit-view.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { fileNames } from '../resumes/resume.js'
import { resumeText } from '../resumes/resume-view.js'
import { proofView } from '../readiness/proof-view.js'
import type { Packet } from './packet.js'
import { statedLines } from './stated-view.js'

interface Line {
  readonly term: string
  readonly text: string
  readonly href?: string
}

const line = (term: string, text: string | undefined, href?: string): Line[] =>
  text === undefined || text === '' ? [] : [{ term, text, ...(href !== undefined && { href }) }]

/** Who it is and how to reach them. */
function personLines({ record, referral }: Packet, { t }: Words): Line[] {
  const { contact } = record
  const place = contact && [contact.place.city, contact.place.postalCode].filter(Boolean).join(' ')
  return [
    ...line(t('packet:line.name'), record.learner.name),
    ...line(t('packet:line.email'), contact?.email, contact?.email && `mailto:${contact.email}`),
    ...line(t('packet:line.phone'), contact?.phone, contact?.phone && `tel:${contact.phone}`),
    ...line(t('packet:line.place'), place),
    ...line(t('packet:line.language'), contact && t(`handoff:stated.helpIn.${contact.language}`)),
    ...line(t('packet:line.message'), referral.message),
  ]
}

/** On what it rests and who sent it. */
function groundLines({ consent, program, sender, referral, center }: Packet, words: Words): Line[] {
  const { t } = words
  return [
    ...line(t('packet:line.center'), center.name),
    ...line(t('packet:line.program'), program),
    ...line(t('packet:line.sender'), [sender.name, sender.organization].filter(Boolean).join(', ')),
    ...line(t('packet:line.senderEmail'), sender.email, sender.email && `mailto:${sender.email}`),
    ...line(t('packet:line.asked'), words.dayOfInstant(referral.askedAt)),
    ...line(t('packet:line.consent'), consent.id),
    ...line(t('packet:line.until'), words.day(consent.until)),
    ...line(t('packet:line.number'), referral.id),
  ]
}

/** The link to a resume: what the learner gave for this hand-off, else what stands on their profile. */
export const resumeOf = ({ record, referral }: Packet): string | undefined =>
  record.covers.includes('resume') ? (referral.stated?.resumeUrl ?? record.resumeUrl) : undefined

/** What the packet says of the file: its name, kind and size, and the digest of its bytes. */
function fileLines({ resume, referral }: Packet, words: Words, isByLink: boolean): Line[] {
  if (!resume) return []
  const { file, sha256 } = resume
  const href = words.href(to(paths.packetResume, { id: referral.id }))
  const text = `${fileNames[file.type]}: ${resumeText(file, words)}`
  return [
    ...line(words.t('packet:line.resumeFile'), text, isByLink ? undefined : href),
    ...line(words.t('packet:line.resumeDigest'), sha256),
  ]
}

/**
 * The packet as page and paper show it, part by part; what is not covered is left out. By a link the résumé is opened with
 * the name that was given, not by an address.
 */
export function packetView(packet: Packet, baseUrl: string, words: Words, isByLink = false) {
  const { t } = words
  const { record, referral } = packet
  const resume = resumeOf(packet)
  return {
    name: record.learner.name,
    isDemonstration: record.learner.demonstration,
    preparedOn: words.time(packet.preparedAt),
    person: personLines(packet, words),
    stated: [
      ...statedLines(referral.stated, words),
      ...line(t('packet:line.resume'), resume, resume),
      ...fileLines(packet, words, isByLink),
      ...line(t('packet:line.portfolio'), record.portfolioUrl, record.portfolioUrl),
    ],
    hasResume: packet.resume !== undefined,
    tracks: (record.tracks ?? []).map(({ track, progress }) => ({
      title: track.title,
      progress: t('learners:home.steps', { done: progress.stepsDone, total: progress.stepsTotal }),
      hours: track.hours === undefined ? null : words.number(track.hours),
      occupation: track.occupation ?? null,
      finished: progress.finishedOn === undefined ? null : words.day(progress.finishedOn),
    })),
    badges: (record.awards ?? [])
      .filter(({ state }) => state === 'live')
      .map((award) => ({
        name: award.name,
        kind: t(`packet:kind.${award.kind}`),
        date: award.awardedOn,
        on: words.day(award.awardedOn),
        level: award.evidenceLevel,
        levelWord: t(`common:level.${award.evidenceLevel}.word`),
        href: `${baseUrl}${to(paths.credential, { id: award.id })}`,
      })),
    evidence: [...(record.facts ?? [])]
      .sort((a, b) => b.earnedOn.localeCompare(a.earnedOn) || a.id.localeCompare(b.id))
      .map((fact) => ({
        title: fact.title,
        source: fact.providerName ?? fact.provider,
        date: fact.earnedOn,
        on: words.day(fact.earnedOn),
        level: fact.level,
        levelWord: t(`common:level.${fact.level}.word`),
      })),
    credits: (record.credits ?? []).map((credit) => ({
      course: `${credit.course} ${credit.courseTitle}`.trim(),
      college: credit.collegeName,
      amount: creditsText(credit.credits, credit.unit, words),
      status: creditTag(credit.status, words).word,
    })),
    proof: proofView(referral.proof, words),
    ground: groundLines(packet, words),
  }
}

export type PacketView = ReturnType<typeof packetView>
