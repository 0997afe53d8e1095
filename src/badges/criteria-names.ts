import type { Criteria } from './badge.js'

/** The provider badges that criteria name, at any depth. */
export function namesIn(
  criteria: Criteria,
): readonly { readonly provider: string; readonly badge: string }[] {
  switch (criteria.kind) {
    case 'provider-badges':
      return criteria.badges.map((badge) => ({ provider: criteria.provider, badge }))
    case 'any-provider-badge':
      return criteria.except.map((badge) => ({ provider: criteria.provider, badge }))
    case 'all-of':
    case 'at-least':
      return criteria.of.flatMap(namesIn)
    default:
      return []
  }
}

/** The issuers of Open Badges from elsewhere that criteria name, at any depth. */
export function issuersIn(criteria: Criteria): readonly string[] {
  switch (criteria.kind) {
    case 'open-badge':
      return [criteria.issuer]
    case 'all-of':
    case 'at-least':
      return criteria.of.flatMap(issuersIn)
    default:
      return []
  }
}
