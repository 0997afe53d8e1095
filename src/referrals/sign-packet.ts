import { signStatement } from '../credentials/sign-statement.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { paths, to } from '../http/paths.js'
import { contentTypes, fileNames } from '../resumes/resume.js'
import type { Packet, PacketResume } from './packet.js'
import { resumeOf } from './packet-view.js'
import { saysAnything } from './stated.js'

const packetFormat = 'waymark-packet/1'

const fileClaims = ({ referral }: Packet, { file, sha256 }: PacketResume, baseUrl: string) => ({
  name: fileNames[file.type],
  mediaType: contentTypes[file.type],
  size: file.size,
  sha256,
  addedOn: file.on,
  url: `${baseUrl}/api/v1/referrals/${referral.id}/packet/resume`,
})

/** What the learner said of themselves; the link to a resume stands apart, where the consent covers it. */
function statedClaims({ record, referral: { stated } }: Packet) {
  if (!stated || record.covers.includes('resume')) return stated ?? null
  const { resumeUrl: _resumeUrl, ...rest } = stated
  return saysAnything(rest) ? rest : null
}

/** What the packet says for machines: the same parts as the page, `null` for a part the consent does not cover. */
function packetClaims(packet: Packet, baseUrl: string) {
  const { record, referral, consent, sender, center, program } = packet
  const { contact, awards, tracks, credits, facts } = record
  const resume = resumeOf(packet)
  return {
    format: packetFormat,
    referral: { id: referral.id, state: referral.state, askedAt: referral.askedAt.toISOString() },
    preparedAt: packet.preparedAt.toISOString(),
    program,
    center,
    sender,
    consent,
    learner: { id: record.learner.id, name: record.learner.name },
    contact: contact ?? null,
    message: referral.message ?? null,
    selfStated: statedClaims(packet),
    resumeUrl: resume ?? null,
    resumeFile: packet.resume ? fileClaims(packet, packet.resume, baseUrl) : null,
    portfolioUrl: record.portfolioUrl ?? null,
    tracks:
      tracks?.map(({ track, progress }) => ({
        slug: track.slug,
        title: track.title,
        stepsDone: progress.stepsDone,
        stepsTotal: progress.stepsTotal,
        finishedOn: progress.finishedOn ?? null,
        hours: track.hours ?? null,
        occupation: track.occupation ?? null,
      })) ?? null,
    badges:
      awards
        ?.filter(({ state }) => state === 'live')
        .map((award) => ({
          slug: award.badge,
          name: award.name,
          kind: award.kind,
          awardedOn: award.awardedOn,
          evidenceLevel: award.evidenceLevel,
          credentialUrl: `${baseUrl}${to(paths.credential, { id: award.id })}`,
        })) ?? null,
    evidence:
      facts?.map(({ title, provider, kind, earnedOn, level }) => ({
        title,
        provider,
        kind,
        earnedOn,
        level,
      })) ?? null,
    credits:
      credits?.map(({ course, courseTitle, collegeName, credits: amount, unit, status }) => ({
        course,
        courseTitle,
        college: collegeName,
        credits: amount,
        unit,
        status,
      })) ?? null,
    readiness: {
      ready: referral.proof.ready,
      rulesVersion: referral.proof.rulesVersion,
      rules: referral.proof.rules.map(({ id, met }) => ({ id, met })),
    },
    demonstration: record.learner.demonstration,
  }
}

/** The packet with its signature by the program: `jws` carries the same claims, so nobody need trust the copy beside it. */
export async function signPacket(packet: Packet, world: SigningWorld) {
  const claims = packetClaims(packet, world.config.baseUrl)
  const { communityId } = packet.referral
  const subject = { sub: `urn:uuid:${packet.record.learner.id}` }
  const jws = await signStatement({ communityId }, { ...claims, ...subject }, world)
  return { packet: claims, jws }
}
