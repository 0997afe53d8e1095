import type { Actor } from '../access/actor.js'
import { awardBadges } from '../badges/award-badges.js'
import { dayOf } from '../calendar.js'
import { BadgeFileError, fileLimits } from '../credentials/badge-file.js'
import { findIssuerKey } from '../verification/find-issuer-key.js'
import { readerFor } from '../verification/read-address.js'
import {
  isRecord,
  readBadgeFile,
  readBadgeText,
  type BadgeFile,
} from '../verification/read-badge-file.js'
import { verifyCredential, type Verification } from '../verification/verify-credential.js'
import { namingTheCheck } from '../verification/verify-file.js'
import { newId } from '../ids.js'
import type { Learner } from '../learners/learner.js'
import type { World } from '../world.js'
import { textsOf } from '../verification/ask-status-again.js'
import { badgesInExport } from './badge-export.js'
import {
  askAgainAt,
  broughtFrom,
  broughtFromExport,
  tryAgainAt,
  type Brought,
  type BroughtFact,
} from './brought-badge.js'
import { keepBroughtBadges, keepUnconfirmed } from './brought-badge-store.js'
import { evidenceOf } from './evidence.js'
import { raiseFacts, recordFacts } from './evidence-store.js'
import {
  addAwards,
  emptyImport,
  refusalsKept,
  type Import,
  type ImportWarning,
  type Refusal,
} from './import.js'
import { insertImport } from './import-store.js'
import { learnerOf } from './own-learner.js'
import { keepRefusals } from './refusal-store.js'

type BadgeWorld = Pick<World, 'config' | 'ports'>

/** One badge of what was sent; `row` counts from 1. */
interface Row {
  readonly row: number
  readonly brought: Brought
  /** The badge itself, for asking its issuer again. */
  readonly text: string
}

/**
 * Records the Open Badges a learner brings (JSON, JWS, PNG, SVG, a learner record, an export of Credly, Badgr or
 * freeCodeCamp) and awards what they earn. The same badge again records nothing, unless it can be verified now and could
 * not before: then its evidence rises. Throws a Problem for what is no badge; a refused badge is named in the import.
 */
export async function importOpenBadge(
  actor: Actor,
  sent: Buffer | string,
  world: BadgeWorld,
): Promise<Import> {
  const now = world.ports.now()
  const learner = await learnerOf(actor)
  const rows = await namingTheCheck(async () => rowsIn(fileOf(sent), learner, world))
  const begun = newImport(actor, learner, rows, now)
  const facts = rows.flatMap(({ brought, ...rest }) =>
    'fact' in brought ? [{ ...rest, ...brought }] : [],
  )
  const { recorded, alreadyKnown } = await record(facts, begun, learner, world)
  const awarded = await awardBadges([learner.id], world.ports)
  const done = {
    ...begun,
    recorded,
    alreadyKnown,
    awarded: addAwards([], awarded.get(learner.id) ?? []),
    warnings: warningsFor(facts, learner, world),
    finishedAt: world.ports.now(),
  }
  await keepRefusals(done.id, done.refused)
  const kept = { ...done, refused: done.refused.slice(0, refusalsKept) }
  await insertImport(kept)
  return kept
}

const fileOf = (sent: Buffer | string) =>
  typeof sent === 'string' ? readBadgeText(sent) : readBadgeFile(sent)

async function rowsIn(file: BadgeFile, learner: Learner, world: BadgeWorld): Promise<Row[]> {
  const now = world.ports.now()
  const { payload } = file
  const exported =
    payload.kind === 'document'
      ? badgesInExport(payload.document)
      : payload.kind === 'list'
        ? badgesInExport({ data: payload.items })
        : undefined
  if (exported) {
    if (exported.length > mostExported) throw new BadgeFileError('tooManyBadges')
    return exported.map((badge) => ({
      row: badge.row,
      text: '',
      brought: broughtFromExport(badge, learner.email, now),
    }))
  }
  const files = payload.kind === 'list' ? payload.items.map(inList) : [file]
  if (files.length === 0 || files.length > fileLimits.nested)
    throw new BadgeFileError(files.length === 0 ? 'notABadge' : 'tooManyBadges')
  const checked: Checked[] = []
  for (const one of files) checked.push(...(await checkedBadges(one, learner, world)))
  return checked.map(({ found, text }, at) => ({
    row: at + 1,
    brought: broughtFrom(found, now),
    text,
  }))
}

const mostExported = 2_000

function inList(document: unknown): BadgeFile {
  if (typeof document === 'string') return readBadgeText(document)
  if (!isRecord(document)) throw new BadgeFileError('notABadge')
  return { source: 'json', payload: { kind: 'document', document }, hasMore: false }
}

interface Checked {
  readonly found: Verification
  readonly text: string
}

/** The badge, or of a genuine learner record the badges inside, each with its own verdict. */
async function checkedBadges(
  file: BadgeFile,
  learner: Learner,
  { config, ports }: BadgeWorld,
): Promise<readonly Checked[]> {
  const found = await verifyCredential(file, {
    findKey: findIssuerKey,
    read: readerFor(config),
    now: ports.now(),
    recipient: learner.email,
  })
  if (found.content?.kind === 'endorsement') throw new BadgeFileError('notABadge')
  const texts = textsOf(file, found)
  const all = found.parts.length > 0 ? found.parts : [found]
  return all.map((one, at) => ({ found: one, text: texts[at] ?? '' }))
}

async function record(
  facts: readonly (BroughtFact & Pick<Row, 'row' | 'text'>)[],
  { id: importId }: Import,
  { id: learnerId, communityId }: Learner,
  { config, ports }: BadgeWorld,
): Promise<{ recorded: number; alreadyKnown: number }> {
  const now = ports.now()
  const evidence = facts.map(({ fact, level, origin, row }) => {
    const place = { importId, importRow: row }
    const from = { learnerId, communityId, source: 'open-badge', origin, ...place } as const
    return { ...evidenceOf(fact, from, now), level }
  })
  const verified = evidence.flatMap(({ id, title, level }, at) =>
    level === 'signature-verified' ? [{ id, title, text: facts[at]?.text ?? '' }] : [],
  )
  const waiting = evidence.flatMap(({ id, title }, at) =>
    facts[at]?.warning === 'badgeUnconfirmed' ? [{ id, title, text: facts[at].text }] : [],
  )
  const kept = { learnerId, communityId, state: 'good', checkAt: askAgainAt(now) } as const
  await keepBroughtBadges(verified.map((badge) => ({ ...badge, ...kept })))
  const tried = { state: 'unconfirmed', checkAt: tryAgainAt(now, config.providerFetch) } as const
  await keepUnconfirmed(waiting.map((badge) => ({ ...badge, ...kept, ...tried })))
  const { recorded, alreadyKnown } = await recordFacts(evidence)
  const raised = await raiseFacts(
    verified.map(({ id }) => id),
    'signature-verified',
    importId,
  )
  return { recorded: recorded.length + raised, alreadyKnown: alreadyKnown - raised }
}

const warningOf = (
  warning: ImportWarning['key'],
  { email }: Learner,
  { config }: Pick<BadgeWorld, 'config'>,
): ImportWarning['key'] => {
  if (warning === 'badgeNotYours' && email === undefined) return 'noEmail'
  return warning === 'badgeUnconfirmed' && !config.providerFetch ? 'badgeNotAsked' : warning
}

function warningsFor(
  facts: readonly BroughtFact[],
  learner: Learner,
  world: Pick<BadgeWorld, 'config'>,
): ImportWarning[] {
  const counts = new Map<ImportWarning['key'], number>()
  for (const { warning } of facts) {
    if (warning === undefined) continue
    const key = warningOf(warning, learner, world)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => ({ key, params: { count } }))
}

function newImport(actor: Actor, learner: Learner, rows: readonly Row[], now: Date): Import {
  const refused = rows.flatMap(({ row, brought }): Refusal[] =>
    'reason' in brought ? [{ row, field: brought.field, reason: brought.reason }] : [],
  )
  return {
    id: newId(),
    communityId: learner.communityId,
    source: 'open-badge',
    provider: 'open-badge',
    origin: learner.id,
    startedBy: actor.accountId,
    learnerId: learner.id,
    dryRun: false,
    state: 'done',
    ...emptyImport,
    rows: rows.length,
    read: rows.length,
    refusedCount: refused.length,
    refused,
    startedAt: now,
    startedOn: dayOf(now),
  }
}
