import { expect } from 'chai'
import { awardBadges } from '../../src/badges/award-badges.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, keepProgram } from '../support/build-access.js'
import { evidenceOfProfile } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor } from '../support/person.js'

let world: TestApp
const ada = anAccount('Ada Learner', 'learner')

describe('the pages of the badges', () => {
  before(async () => {
    world = testApp()
    const { clock, ports } = world
    await emptyDatabase()
    await keepProgram()
    await loadReference({ now: clock.at, demonstration: true })
    await keep(ada)
    await recordFacts(evidenceOfProfile('real-5', ada.learnerId!))
    await awardBadges([ada.learnerId!], ports)
  })

  it('list every badge in sections, and those of one track', async () => {
    const all = await visitor(world.app).read('/badges')
    const php = await visitor(world.app).read('/badges?track=php-development')

    expect(all('.badge')).to.have.length(80)
    expect(php('.badge')).to.have.length(16)
    expect(php('main').text()).to.include('PHP Testing')
  })

  it('say what a badge takes, how many hold it, and what it counts toward', async () => {
    const page = await visitor(world.app).read('/badges/javascript-basics')
    const text = page('main').text()

    expect(page('h1').text()).to.equal('JavaScript Basics')
    expect(text).to.include('Finish the course JavaScript Basics')
    expect(text).to.include('JavaScript Conditional Statements')
    expect(text).to.include('1 person holds this badge.')
    expect(text).to.include('Portland Community College')
    expect(text).to.include('CIS 122 Introduction to Programming Logic')
    expect(text).to.include('4 quarter credits')
    expect(text).to.include('Made up for demonstration')
  })

  it('speak Spanish', async () => {
    const page = await visitor(world.app).read('/es/badges/full-stack-javascript-finished')
    const text = page('main').text()

    expect(text).to.include('Terminar todos los pasos de la ruta')
    expect(text).to.not.match(/badges:|undefined|You /)
  })

  it('show a learner their own award, and what is still missing for another', async () => {
    const person = await signIn(world.app, credentials(ada))

    const earned = await person.read('/badges/git-basics')
    const open = await person.read('/badges/full-stack-javascript-finished')
    const catalog = await person.read('/badges')

    expect(earned('main').text()).to.include('You earned this badge on February 23, 2016.')
    expect(earned('main').text()).to.include('Self-reported')
    expect(open('main').text()).to.include('You still need:')
    expect(open('main').text()).to.include('The step Introducing JavaScript')
    expect(catalog('.badge:not(.badge--open)')).to.have.length(19)
  })

  it('answer 404 for a badge nobody knows, and 422 for a filter that cannot be', async () => {
    const unknown = await visitor(world.app).get('/badges/nothing')
    const wrong = await visitor(world.app).get('/badges?track=%24ne')

    expect(unknown.status).to.equal(404)
    expect(wrong.status).to.equal(422)
  })
})
