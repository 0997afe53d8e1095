import { expect } from 'chai'
import { insertSlot } from '../../src/appointments/slot-store.js'
import { readCode } from '../../src/cards/card-code.js'
import { cardOf } from '../../src/cards/card-store.js'
import { cardEnds, leavesLine, showsCenter, stateOfCard } from '../../src/cards/card.js'
import { lookUpCard } from '../../src/cards/look-up-card.js'
import { makeCardFor, makeOwnCard } from '../../src/cards/make-card.js'
import { readCardStatus } from '../../src/cards/read-card-status.js'
import { stopOwnCard } from '../../src/cards/stop-card.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { hideLearner } from '../../src/learners/hide-store.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { Problem } from '../../src/problems.js'
import { testWorld } from '../support/app.js'
import { community } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  aSlot,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const adaId = 'learner-ada'
/** It fits together, and is nobody's. */
const guess = 'CCCCCCCCCCCC'

describe('a card', () => {
  const states: [string, string, Date | undefined, string][] = [
    ['before its last day', '2015-03-10', undefined, 'live'],
    ['on its last day', '2015-03-09', undefined, 'live'],
    ['the day after', '2015-03-08', undefined, 'ended'],
    ['stopped early', '2015-03-10', new Date(0), 'stopped'],
  ]
  for (const [title, expiresOn, stoppedAt, state] of states)
    it(`is ${state} ${title}`, () => {
      const card = { expiresOn, ...(stoppedAt && { stoppedAt }) }
      expect(stateOfCard(card, '2015-03-09')).to.equal(state)
    })

  it('works for as many days as were chosen', () => {
    expect(cardEnds('2015-03-09', 30)).to.equal('2015-04-08')
  })

  it('leaves one line an hour', () => {
    const usedAt = new Date('2015-03-09T19:00:00Z')
    expect(leavesLine({}, usedAt)).to.equal(true)
    expect(leavesLine({ usedAt }, new Date('2015-03-09T19:59:59Z'))).to.equal(false)
    expect(leavesLine({ usedAt }, new Date('2015-03-09T20:00:00Z'))).to.equal(true)
  })

  it('shows other centers when the learner made it, or the consent says so', () => {
    const north = { center: { id: 'north', name: 'North', by: 'Sam' } }
    expect(showsCenter({}, 'south', new Set())).to.equal(true)
    expect(showsCenter(north, 'north', new Set(['progress']))).to.equal(true)
    expect(showsCenter(north, 'south', new Set(['progress']))).to.equal(false)
    expect(showsCenter(north, 'south', new Set(['progress', 'outcome']))).to.equal(true)
  })
})

describe('A card in use', () => {
  const world = testWorld()
  const start = world.clock.at
  let people: Awaited<ReturnType<typeof keepPeople>>
  let place = 0

  beforeEach(async () => {
    await emptyDatabase()
    world.clock.at = start
    people = await keepPeople()
  })

  /** From an address of its own, so that tries of one test do not count in another. */
  const look = async (code: string, from = `10.0.0.${String(++place)}`) =>
    readCardStatus(await lookUpCard(code, from, world), world.ports)

  const refusalOf = async (work: Promise<unknown>): Promise<Problem> => {
    const thrown: unknown = await work.then(
      () => undefined,
      (error: unknown) => error,
    )
    if (!(thrown instanceof Problem)) throw new Error('this was not refused', { cause: thrown })
    return thrown
  }
  const wordsOf = ({ kind, errors }: Problem) => [kind, errors]

  const own = async (asked = {}) => makeOwnCard(await actorOf(people.ada), asked, world)

  it('tells its code once: what is kept does not hold it', async () => {
    const { code } = await own()

    expect(readCode(code)).to.equal(code)
    expect(JSON.stringify(await cardOf(adaId))).to.not.contain(code)
  })

  it('shows where its learner stands, to whoever has it', async () => {
    await keepReferrals(aReferral('referral', adaId, 'south', { state: 'accepted' }))
    await insertSlot(
      aSlot({
        centerId: 'south',
        where: 'Room 7, ask for Tom',
        bookings: [{ id: 'booking', learnerId: adaId, state: 'booked', bookedAt: start }],
      }),
    )
    const { code } = await own({ called: 'Countess' })

    const status = await look(code)

    expect(status.card.calledName).to.equal('Countess')
    expect(status.referrals.map(({ referral }) => referral.state)).to.deep.equal(['accepted'])
    expect(status.appointment?.slot.id).to.equal('slot')
    expect(status.proof.rules.flatMap(({ evidence }) => evidence)).to.deep.equal([])
  })

  it('leaves one line an hour among those who looked', async () => {
    const { code } = await own()
    await look(code)
    await look(code)
    world.clock.at = new Date(start.getTime() + 3_600_000)
    await look(code)

    const chain = await chainOf(adaId)
    expect(chain.map(({ basis, channel, records }) => [basis, channel, records])).to.deep.equal([
      ['card', 'card', ['status']],
      ['card', 'card', ['status']],
    ])
    expect((await cardOf(adaId))?.usedAt).to.deep.equal(world.clock.at)
  })

  it('gives way to a new one at once', async () => {
    const first = await own()
    const second = await own()

    expect((await refusalOf(look(first.code))).kind).to.equal('invalid')
    expect((await look(second.code)).learner.id).to.equal(adaId)
  })

  it('answers in the same words whether a code never was, was stopped, has ended or is shut', async () => {
    const never = wordsOf(await refusalOf(look(guess)))
    const stopped = await own()
    await stopOwnCard(await actorOf(people.ada), world.ports)
    const answers = [wordsOf(await refusalOf(look(stopped.code)))]
    const ended = await own({ days: 30 })
    world.clock.at = new Date('2015-04-09T19:00:00Z')
    answers.push(wordsOf(await refusalOf(look(ended.code))))
    const hidden = await own()
    await hideLearner(adaId, community, world.clock.at)
    answers.push(wordsOf(await refusalOf(look(hidden.code))))

    for (const answer of answers) expect(answer).to.deep.equal(never)
  })

  it('has guesses at one place wait, and nobody else', async () => {
    const { code } = await own()
    let last: Problem | undefined
    for (let tries = 0; tries < 7; tries += 1)
      last = await refusalOf(lookUpCard(guess, '192.0.2.1', world))

    expect(last?.kind).to.equal('too-many')
    expect((await look(code, '192.0.2.1')).learner.id).to.equal(adaId)
    expect((await refusalOf(lookUpCard(guess, '192.0.2.2', world))).kind).to.equal('invalid')
  })

  it('lets a whole room look with right codes, and does not count a typing error', async () => {
    const { code } = await own()
    for (let tries = 0; tries < 65; tries += 5)
      await Promise.all(Array.from({ length: 5 }, () => lookUpCard(code, '192.0.2.3', world)))
    for (let tries = 0; tries < 70; tries += 1)
      await refusalOf(lookUpCard('CCCCCCCCCCCF', '192.0.2.3', world))

    expect((await look(code, '192.0.2.3')).learner.id).to.equal(adaId)
  }).timeout(30_000)

  describe('that staff print', () => {
    const print = async (account = people.sam) =>
      makeCardFor(await actorOf(account), adaId, {}, world)

    it('needs a live consent to their center, and is told to the learner', async () => {
      expect((await refusalOf(print())).kind).to.equal('not-allowed')

      await keepConsent(adaId, 'north')
      const { card, code } = await print()

      expect(card.center).to.deep.equal({ id: 'north', name: 'Center north', by: 'Sam' })
      const [line] = await chainOf(adaId)
      expect([line?.actorName, line?.basis, line?.purpose]).to.deep.equal([
        'Sam',
        'consent',
        'printed card',
      ])
      expect((await look(code)).learner.id).to.equal(adaId)
      expect((await refusalOf(print(people.tom))).kind).to.equal('not-allowed')
    })

    it('shows what that center may see, and shuts with the consent', async () => {
      await keepConsent(adaId, 'north')
      await keepReferrals(
        aReferral('referral', adaId, 'north'),
        aReferral('elsewhere', adaId, 'south'),
      )
      const { code } = await print()

      const { referrals } = await look(code)
      await withdrawConsent(`consent-${adaId}-north`, await actorOf(people.ada), world.ports)

      expect(referrals.map(({ referral }) => referral.id)).to.deep.equal(['referral'])
      expect((await refusalOf(look(code))).kind).to.equal('invalid')
    })

    it('is the learner’s to stop', async () => {
      await keepConsent(adaId, 'north')
      const { code } = await print()
      await stopOwnCard(await actorOf(people.ada), world.ports)

      expect((await refusalOf(look(code))).kind).to.equal('invalid')
    })
  })
})
