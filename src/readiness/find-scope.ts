import { findOrganizations } from '../access/organization-store.js'
import { notFound } from '../problems.js'
import { findTracks } from '../tracks/track-store.js'
import { scopeKey, type Scope } from './rules.js'

/** Whose additional rules a program may have: its published tracks, centers and employers, by kind and name. */
export async function listScopes(communityId: string): Promise<Scope[]> {
  const [tracks, centers, employers] = await Promise.all([
    findTracks(),
    findOrganizations({ communityId, kind: 'center', state: 'approved' }),
    findOrganizations({ communityId, kind: 'employer', state: 'approved' }),
  ])
  return [
    ...tracks
      .filter(({ status }) => status === 'published')
      .map(({ slug, title }): Scope => ({ kind: 'track', id: slug, name: title })),
    ...centers.map(({ id, name }): Scope => ({ kind: 'center', id, name })),
    ...employers.map(({ id, name }): Scope => ({ kind: 'employer', id, name })),
  ]
}

/** The scope of that key; undefined for none asked. Throws not-found for one that is not of the program. */
export function scopeOf(scopes: readonly Scope[], key: string | undefined): Scope | undefined {
  if (key === undefined || key === '') return undefined
  const scope = scopes.find((one) => scopeKey(one) === key)
  if (!scope) throw notFound()
  return scope
}
