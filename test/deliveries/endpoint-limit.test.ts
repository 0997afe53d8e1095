import { expect } from 'chai'
import { addEndpoint } from '../../src/deliveries/add-endpoint.js'
import { endpointsOf } from '../../src/deliveries/endpoint-store.js'
import { mostEndpoints } from '../../src/deliveries/endpoint.js'
import { testWorld } from '../support/app.js'
import { actorOf, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

describe('the addresses of a center', () => {
  it('are all told, when people who connect at once went over the limit too', async () => {
    const world = testWorld()
    await emptyDatabase()
    const sam = await actorOf((await keepPeople()).sam)
    const connecting = { ports: world.ports, sealSecret: world.secrets.seal, mayLoop: false }
    const add = (at: number) =>
      addEndpoint(
        sam,
        { url: `https://desk${at}.example.org/`, kinds: ['referral.requested'] },
        connecting,
      ).then(
        () => 1,
        () => 0,
      )
    for (let at = 0; at < mostEndpoints - 1; at += 1) await add(at)

    const added: number[] = await Promise.all([add(20), add(21), add(22)])

    const kept = added.reduce((sum, one) => sum + one, mostEndpoints - 1)
    expect(await endpointsOf(['north'])).to.have.length(kept)
    expect(await add(30)).to.equal(0)
  })
})
