import { apiRoutes, listAnswer } from '../http/api.js'
import { communityQuery } from './community-input.js'
import { communityAnswer, communityJson } from './community-view.js'
import { listCommunities } from './list-communities.js'

/** The directory of communities for outside tools. */
export function communityApi() {
  const routes = apiRoutes()
  routes.add({
    method: 'get',
    path: '/communities',
    action: 'see communities',
    summary:
      'TechHire communities by name, each with its source and the program that runs there on this site. Null means unknown.',
    query: communityQuery,
    answer: listAnswer(communityAnswer),
    errors: [422],
    handle: async ({ query }) => {
      const { items, next } = await listCommunities(query)
      return { items: items.map(communityJson), next }
    },
  })
  return routes
}
