import type { Request } from 'express'
import { hasRole, organizationsOf } from '../access/actor.js'
import { findOrganization, findOrganizations } from '../access/organization-store.js'
import { findBadges } from '../badges/badge-store.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { findAgreement, versionsOf } from './agreement-store.js'
import { amendProposal } from './amend-proposal.js'
import { collegeStaff } from './announce-proposal.js'
import { coursesOf } from './course-store.js'
import { listAffected } from './list-affected.js'
import { listProposals } from './list-proposals.js'
import { effectOf } from './measure-effect.js'
import { openProposal } from './open-proposal.js'
import { startingTerms, startingWhy, termsFieldsView } from './proposal-form-view.js'
import {
  affectedQuery,
  newProposalQuery,
  proposalBody,
  proposalParams,
  proposalQuery,
  retireForm,
  retireQuery,
  stepBody,
  termsForm,
} from './proposal-input.js'
import { affectedRow, proposalPageView, proposalRow, proposalTag } from './proposal-view.js'
import { proposalStates } from './proposal.js'
import { proposeAgreement, proposeRetirement, proposingRole } from './propose-agreement.js'
import { reviewProposal } from './review-proposal.js'

const idOf = (req: Request) => parseParams(proposalParams, req.params).id

/** The colleges this person may propose to. */
async function collegesFor(req: Request) {
  const actor = actorOf(req)
  const own = organizationsOf(actor, 'college')
  if (own.length > 0)
    return (await Promise.all(own.map((id) => findOrganization(id)))).filter(
      (one) => one !== undefined,
    )
  const all = await findOrganizations({ kind: 'college', state: 'approved' })
  return all.filter((college) => proposingRole(actor, college) !== undefined)
}

/** The form for a new proposal, filled from the agreement, course and badge that the address names. */
async function newForm(req: Request) {
  const asked = parse(newProposalQuery, filtersOf(req))
  const last = asked.agreement === undefined ? undefined : await findAgreement(asked.agreement)
  const colleges = await collegesFor(req)
  const wanted = last?.collegeId ?? asked.college ?? colleges[0]?.id
  const college = colleges.find(({ id }) => id === wanted)
  if (!college) throw notFound()
  const [courses, badges] = await Promise.all([coursesOf(college.id), findBadges()])
  const course = courses.find(({ code }) => code === asked.course)
  const badge = badges.find(({ slug }) => slug === asked.badge)
  const words = wordsOf(req)
  const isCollege = hasRole(actorOf(req), 'college', college.id)
  const newest = last && (await versionsOf([last.series])).at(-1)
  const terms = startingTerms(newest, course, badge)
  if (!isCollege) delete (terms as { internalNote?: string }).internalNote
  return {
    college,
    series: newest?.series ?? '',
    paths,
    form: termsFieldsView(
      {
        college,
        courses,
        badges: badges.filter(({ status }) => status === 'published'),
        terms,
        isCollege,
        why: startingWhy(badge, course, words),
      },
      (req.body ?? {}) as object,
      words,
    ),
  }
}

async function amendForm(req: Request) {
  const { proposal, who } = await openProposal(idOf(req), actorOf(req))
  const college = await findOrganization(proposal.collegeId)
  if (!college) throw notFound()
  const [courses, badges] = await Promise.all([coursesOf(college.id), findBadges()])
  const choice = {
    college,
    courses,
    badges: badges.filter(
      ({ slug, status }) => status === 'published' || proposal.terms.badges.of.includes(slug),
    ),
    terms: proposal.terms,
    isCollege: who.isCollege,
  }
  const form = termsFieldsView(choice, (req.body ?? {}) as object, wordsOf(req))
  return { college, id: proposal.id, paths, form }
}

async function retiring(req: Request) {
  const { agreement: id } = parse(retireQuery, filtersOf(req))
  const agreement = id === undefined ? undefined : await findAgreement(id)
  if (!agreement || !hasRole(actorOf(req), 'college', agreement.collegeId)) throw notFound()
  return agreement
}

/** Proposals: written by a college or a provider, reviewed and published by the college. */
export function proposalPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.proposals, 'propose agreements', async (req, res) => {
    const query = parse(proposalQuery, filtersOf(req))
    const { items, next } = await listProposals(actorOf(req), query)
    const words = wordsOf(req)
    page(req, res, 'agreements/proposals', {
      title: 'agreements:proposals.title',
      rows: items.map((item) => proposalRow(item, words)),
      states: proposalStates.map((value) => ({ value, label: proposalTag(value, words).word })),
      state: query.state ?? '',
      words: proposalStates.map((state) => ({
        ...proposalTag(state, words),
        means: words.t(`agreements:proposalState.${state}.means`),
      })),
      pages: pageLinks(req, next),
      paths,
    })
  })
  routes.get(paths.chooseCollege, 'propose agreements', async (req, res) => {
    const query = parse(newProposalQuery, filtersOf(req))
    const colleges = await collegesFor(req)
    const courses = query.college === undefined ? [] : await coursesOf(query.college)
    page(req, res, 'agreements/choose-college', {
      title: 'agreements:chooseCollege.title',
      colleges: colleges.map(({ id, name }) => ({ value: id, label: name })),
      courses: courses.map(({ code, title }) => ({ value: code, label: `${code} ${title ?? ''}` })),
      badges: (await findBadges()).map(({ slug, name }) => ({ value: slug, label: name })),
      chosen: query,
      paths,
    })
  })
  routes.form(paths.newProposal, 'propose agreements', {
    view: 'agreements/new-proposal',
    title: 'agreements:newProposal.title',
    schema: proposalBody,
    show: newForm,
    submit: async ({ college, series, ...form }, req) => {
      const { id } = await proposeAgreement(actorOf(req), { college, series }, form, ports)
      return { to: to(paths.proposal, { id }), notice: 'agreements:notice.proposed' }
    },
  })
  routes.form(paths.retireAgreement, 'keep agreements', {
    view: 'agreements/retire',
    title: 'agreements:retire.title',
    schema: retireForm,
    show: async (req) => ({ agreement: await retiring(req), paths }),
    submit: async (form, req) => {
      const agreement = await retiring(req)
      const { id } = await proposeRetirement(actorOf(req), agreement, form, ports)
      return { to: to(paths.proposal, { id }), notice: 'agreements:notice.proposed' }
    },
  })

  const show = async (req: Request) => {
    const { proposal, who } = await openProposal(idOf(req), actorOf(req))
    const isOpen = ['proposed', 'review', 'approved'].includes(proposal.state)
    const [versions, effect, people, badges] = await Promise.all([
      versionsOf([proposal.series]),
      isOpen ? effectOf(proposal, ports) : undefined,
      who.isCollege ? collegeStaff(proposal.collegeId) : [],
      findBadges(),
    ])
    if (effect?.state === 'counting') await hurryJob('measure effects')
    const current = versions.filter(({ id }) => id !== proposal.id).at(-1)
    const staff = people.map(({ id: accountId, name }) => ({ accountId, name }))
    const names = new Map(badges.map(({ slug, name }) => [slug, name]))
    const shown = { proposal, who, current, effect, staff, names }
    return { proposal: proposalPageView(shown, wordsOf(req)), paths }
  }
  routes.form(paths.proposal, 'propose agreements', {
    view: 'agreements/proposal',
    title: 'agreements:proposal.title',
    schema: stepBody,
    show,
    submit: async (body, req) => {
      await reviewProposal(idOf(req), body, actorOf(req), ports)
      return { to: to(paths.proposal, { id: idOf(req) }), notice: `agreements:notice.${body.step}` }
    },
  })
  routes.form(paths.amendProposal, 'propose agreements', {
    view: 'agreements/amend-proposal',
    title: 'agreements:amend.title',
    schema: termsForm,
    show: amendForm,
    submit: async (form, req) => {
      const { id } = await amendProposal(idOf(req), form, actorOf(req), ports)
      return { to: to(paths.proposal, { id }), notice: 'agreements:notice.amended' }
    },
  })
  routes.get(paths.proposalLearners, 'keep agreements', async (req, res) => {
    const query = parse(affectedQuery, filtersOf(req))
    const found = await listAffected(idOf(req), actorOf(req), query, ports)
    page(req, res, 'agreements/affected', {
      title: 'agreements:affected.title',
      course: found.proposal.terms.course,
      back: to(paths.proposal, { id: found.proposal.id }),
      rows: found.page.items.map((item) => affectedRow(item, wordsOf(req))),
      pages: pageLinks(req, found.page.next),
    })
  })

  return routes
}
