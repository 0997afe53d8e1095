import type { Request } from 'express'
import { findOrganizationsByIds } from '../access/organization-store.js'
import { ownPath } from '../access/own-path.js'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notAllowed, notFound, Problem } from '../problems.js'
import type { World } from '../world.js'
import { consentAsked, consentForm, consentParams, disclosureQuery } from './consent-input.js'
import { consentsOf, findConsent } from './consent-store.js'
import { consentCard, consentSigning, consentText } from './consent-view.js'
import { latestExpiry, purposes, recordKinds, recordsNeeded, stateOf } from './consent.js'
import { disclosureCsvRows } from './export-disclosures.js'
import { giveConsent } from './give-consent.js'
import { findLearner } from './learner-store.js'
import { disclosureRows } from './looks-view.js'
import { listDisclosures } from './list-disclosures.js'
import { listParties } from './list-parties.js'
import { withdrawConsent } from './withdraw-consent.js'

const learnerIdOf = (req: Request): string => {
  const { learnerId } = actorOf(req)
  if (learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  return learnerId
}

async function cardsFor(req: Request, now: Date) {
  const consents = await consentsOf(learnerIdOf(req))
  const organizations = await findOrganizationsByIds(consents.flatMap(({ parties }) => parties))
  const named = new Map(organizations.map((organization) => [organization.id, organization]))
  const today = dayOf(now)
  const cards = consents
    .toReversed()
    .map((consent) => consentCard(consent, named, today, wordsOf(req)))
    .map((card) => ({
      ...card,
      href: to(paths.consent, { id: card.id }),
      renewHref: to(paths.renewConsent, { id: card.id }),
      endHref: to(paths.endConsent, { id: card.id }),
    }))
  return { live: cards.filter(({ isLive }) => isLive), ended: cards.filter((card) => !card.isLive) }
}

async function formFor(req: Request, now: Date) {
  const learner = await findLearner(learnerIdOf(req))
  if (!learner) throw notFound()
  const { party, purpose = 'referral' } = parse(consentAsked, req.query)
  const words = wordsOf(req)
  const parties = await listParties(learner.communityId, purpose)
  const needed: readonly string[] = purpose === 'employment' ? [] : recordsNeeded[purpose]
  const today = dayOf(now)
  return {
    purpose,
    purposes: purposes.map((one) => ({
      href: words.href(`${paths.newConsent}?purpose=${one}`),
      text: words.t(`learners:purpose.${one}`),
      current: one === purpose,
    })),
    parties: parties.map(({ id, name }) => ({ value: id, label: name })),
    party,
    records: recordKinds.map((kind) => ({
      value: kind,
      label: words.t(`learners:kind.${kind}.label`),
      hint: words.t(`learners:kind.${kind}.${needed.includes(kind) ? 'needed' : 'means'}`),
    })),
    checked: needed,
    text: consentText(words),
    today,
    latest: latestExpiry(today),
    back: paths.consents,
  }
}

/** The form has one party where the use-case takes a list. */
function byField(thrown: unknown): never {
  if (!(thrown instanceof Problem)) throw thrown
  const errors = thrown.errors.map((error) => ({
    ...error,
    field: error.field === 'parties[0]' ? 'party' : error.field,
  }))
  throw new Problem(thrown.kind, thrown.message, errors, thrown.params)
}

/** A learner's consents: give, see, stop; and who looked at the record. */
export function consentPages({ ports, secrets }: World) {
  const routes = pageRoutes()

  routes.get(paths.consents, 'give consent', async (req, res) => {
    const shown = await cardsFor(req, ports.now())
    page(req, res, 'learners/consents', { title: 'learners:consents.title', ...shown, paths })
  })

  routes.form(paths.newConsent, 'give consent', {
    view: 'learners/new-consent',
    title: 'learners:newConsent.title',
    schema: consentForm,
    show: (req) => formFor(req, ports.now()),
    submit: async ({ party, ...asked }, req) => {
      const signing = consentSigning(wordsOf(req), req.ip, secrets)
      await giveConsent({ ...asked, parties: [party] }, actorOf(req), signing, ports).catch(byField)
      const { next } = parse(consentAsked, req.query)
      return { to: ownPath(next) ?? paths.consents, notice: 'learners:notice.consentGiven' }
    },
  })

  routes.get(paths.endConsent, 'give consent', async (req, res) => {
    const { id } = parseParams(consentParams, req.params)
    const consent = await findConsent(learnerIdOf(req), id)
    if (!consent || stateOf(consent, dayOf(ports.now())) !== 'live') throw notFound()
    const organizations = await findOrganizationsByIds(consent.parties)
    const named = new Map(organizations.map((organization) => [organization.id, organization]))
    const card = consentCard(consent, named, dayOf(ports.now()), wordsOf(req))
    page(req, res, 'learners/end-consent', { title: 'learners:endConsent.title', card, paths })
  })
  routes.post(paths.endConsent, 'give consent', async (req, res) => {
    const { id } = parseParams(consentParams, req.params)
    await withdrawConsent(id, actorOf(req), ports)
    redirect(req, res, paths.consents, 'learners:notice.consentStopped')
  })

  routes.get(paths.disclosures, 'see who looked', async (req, res) => {
    const query = parse(disclosureQuery, filtersOf(req))
    const { items, next } = await listDisclosures(learnerIdOf(req), query.limit, query.cursor)
    page(req, res, 'learners/disclosures', {
      title: 'learners:disclosures.title',
      rows: disclosureRows(items, wordsOf(req), learnerIdOf(req)),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.disclosuresCsv),
      paths,
    })
  })
  routes.get(paths.disclosuresCsv, 'see who looked', async (req, res) => {
    const words = wordsOf(req)
    const columns = [
      'at',
      'who',
      'organization',
      'records',
      'basis',
      'purpose',
      'channel',
      'record',
      'hash',
    ]
    await sendCsv(
      res,
      'who-looked-at-my-record.csv',
      columns.map((key) => ({ key, header: words.t(`learners:csv.${key}`) })),
      disclosureCsvRows(learnerIdOf(req), words),
    )
  })

  return routes
}
