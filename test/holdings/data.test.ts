import { strFromU8, unzipSync } from 'fflate'
import { expect } from 'chai'
import mongoose from 'mongoose'
import supertest from 'supertest'
import { insertMerge } from '../../src/duplicates/merge-store.js'
import { askForData } from '../../src/holdings/ask-for-data.js'
import {
  findDataFile,
  forgetDataFile,
  readStored,
  store,
  takeDataFile,
  wishDataFile,
} from '../../src/holdings/data-file-store.js'
import { eraseLearners } from '../../src/holdings/erase-learners.js'
import { holdings } from '../../src/holdings/holdings.js'
import { makeDataFile } from '../../src/holdings/make-data-file.js'
import { makeDataFiles } from '../../src/holdings/make-data-files.js'
import { discloseTo } from '../../src/learners/disclose-to.js'
import { insertMeeting } from '../../src/mentoring/meeting-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials, password } from '../support/build-access.js'
import { actorOf } from '../support/build-handoff.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

describe('a learner’s own data', () => {
  let world: TestApp
  let ada: Person
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await keepConsent()
    ada = await signIn(world.app, credentials(people.ada))
  })

  const run = () =>
    makeDataFiles({ world, signal: new AbortController().signal, touch: () => Promise.resolve() })

  async function link(): Promise<string> {
    const answer = await ada.submit('/my-data/get', { password })
    expect(answer.status).to.equal(303)
    return answer.headers['location'] ?? ''
  }

  async function unpacked(): Promise<{ page: string; held: Record<string, object[]> }> {
    const cookie = await ada.get('/my-data')
    expect(cookie.status).to.equal(200)
    const at = await link()
    const { headers, status } = await ada.get(at)
    expect(status).to.equal(200)
    expect(headers['content-disposition']).to.contain('my-data.zip')
    expect(headers['cache-control']).to.equal('private, no-store')
    const file = await findDataFile(adaId)
    const parts: Buffer[] = []
    for await (const part of readStored(file?.fileId ?? '')) parts.push(part as Buffer)
    const files = unzipSync(new Uint8Array(Buffer.concat(parts)))
    const json = strFromU8(files['my-data.json'] ?? new Uint8Array())
    return {
      page: strFromU8(files['my-data.html'] ?? new Uint8Array()),
      held: (JSON.parse(json) as { held: Record<string, object[]> }).held,
    }
  }

  it('is one zip with a page and JSON, of every collection', async () => {
    expect((await ada.submit('/my-data', {})).status).to.equal(303)
    const { page, held } = await unpacked()

    expect(Object.keys(held)).to.deep.equal(holdings.map(({ collection }) => collection))
    expect(held['learners']?.[0]).to.deep.include({ _id: adaId, name: 'Ada Lovelace' })
    expect(held['awards']?.length).to.equal(2)
    expect(held['consents']?.[0]).to.deep.include({ purpose: 'credit', parties: ['pcc'] })
    expect(held['accounts']?.[0]).to.deep.include({ email: people.ada.email })
    expect(page).to.contain('Ada Lovelace')
    expect(page).not.to.match(/src=|href=|<script/)
  })

  it('holds who looked at a record that was joined into this one', async () => {
    await insertMerge(
      {
        id: 'merge',
        communityId: community,
        pairId: 'pair',
        keptId: adaId,
        goneId: 'twin',
        goneName: 'Ada L.',
        state: 'merged',
        by: 'Sam',
        at: world.clock.at,
        undoUntil: world.clock.at,
        moved: [],
      },
      [],
    )
    for (const learnerId of [adaId, 'twin'])
      await discloseTo({
        actor: await actorOf(people.sam),
        organizationId: 'center',
        learnerIds: [learnerId],
        records: ['listing'],
        basis: 'program-agreement',
        purpose: 'job-ready list',
        channel: 'list',
        now: world.clock.at,
      })
    await ada.submit('/my-data', {})
    const { held } = await unpacked()

    const looks = held['disclosures'] as { learnerId: string }[]
    expect(looks.map(({ learnerId }) => learnerId)).to.have.members([adaId, 'twin'])
    expect(held['disclosure-ends']).to.have.length(2)
  })

  it('holds no secret, nobody else, and no note that a mentor kept for others', async () => {
    const meeting = {
      pairingId: 'pairing',
      communityId: community,
      learnerId: adaId,
      mentorAccountId: people.mia.id,
      mentorName: people.mia.name,
      on: '2015-03-08',
      minutes: 30,
      loggedAt: world.clock.at,
      demonstration: false,
    } as const
    await insertMeeting({
      ...meeting,
      id: 'm1',
      topic: 'stuck',
      note: 'For staff only',
      readers: ['staff'],
    })
    await insertMeeting({
      ...meeting,
      id: 'm2',
      topic: 'practice',
      note: 'For Ada <b>too</b>',
      readers: ['learner'],
    })
    await ada.submit('/my-data', {})
    const { page, held } = await unpacked()

    const all = JSON.stringify(held) + page
    expect(all).not.to.match(/passwordHash|argon2|For staff only|Bob Example/)
    expect(held['meetings']?.length).to.equal(2)
    expect(page).to.contain('For Ada &#60;b&#62;too')
  })

  it('is given for the password only, by a link of ten minutes that is hers alone', async () => {
    await ada.submit('/my-data', {})
    const wrong = await ada.submit('/my-data/get', { password: 'not mine at all' })
    const at = await link()
    const bob = await signIn(world.app, credentials(people.bob))

    expect(wrong.status).to.equal(422)
    expect((await bob.get(at)).status).to.equal(404)
    expect((await supertest(world.app).get(at)).status).to.equal(303)
    expect((await ada.get(`/my-data/file/${'x'.repeat(43)}`)).status).to.equal(404)
    world.clock.at = new Date(world.clock.at.getTime() + 601_000)
    expect((await ada.get(at)).status).to.equal(404)
  })

  it('is taken away after three days', async () => {
    await ada.submit('/my-data', {})
    const before = await mongoose.connection.collection('data-files.files').countDocuments()
    world.clock.at = new Date(world.clock.at.getTime() + 72 * 3_600_000)
    expect((await ada.get('/my-data/get')).status).to.equal(404)
    await run()

    expect(before).to.equal(1)
    expect(await mongoose.connection.collection('data-files.files').countDocuments()).to.equal(0)
    expect(await findDataFile(adaId)).to.equal(undefined)
  })

  it('is made in the background when it is large, and says so meanwhile', async () => {
    const now = world.clock.at
    await wishDataFile({
      learnerId: adaId,
      communityId: community,
      state: 'waiting',
      askedAt: now,
      rows: 20_000,
      done: 0,
      tries: 0,
      leaseUntil: now,
      language: 'es',
    })
    const waiting = await ada.read('/my-data')
    const again = await ada.submit('/settings', {}, '/my-data')
    await run()
    const ready = await ada.read('/es/my-data')

    expect(waiting('#my-data').attr('data-live')).to.equal('2')
    expect(waiting('progress').length).to.equal(1)
    expect(again.status).to.equal(409)
    expect(ready('#my-data').attr('data-live')).to.equal(undefined)
    expect(ready('a[href="/es/my-data/get"]').length).to.equal(1)
    expect((await unpacked()).page).to.contain('Lo que Waymark guarda')
  })

  it('is made once when two begin, and made good when the first one died', async () => {
    const now = world.clock.at
    const wish = {
      learnerId: adaId,
      communityId: community,
      state: 'waiting',
      askedAt: now,
      rows: 10,
      done: 0,
      tries: 1,
      leaseUntil: new Date(now.getTime() + 60_000),
      language: 'en',
    } as const
    await wishDataFile(wish)
    await makeDataFile(adaId, world.ports)
    const held = (await findDataFile(adaId))?.state
    world.clock.at = new Date(now.getTime() + 60_000)
    await Promise.all([makeDataFile(adaId, world.ports), makeDataFile(adaId, world.ports)])

    expect(held).to.equal('waiting')
    expect((await findDataFile(adaId))?.state).to.equal('ready')
    expect(await mongoose.connection.collection('data-files.files').countDocuments()).to.equal(1)
  })

  /** The files whose bytes lie in the database, whole or in part. */
  const storedIds = async () => {
    const name = 'data-files.chunks'
    return (await mongoose.connection.collection(name).distinct('files_id')).map(String)
  }

  /** A maker who dies after some bytes, before it can say that they are there; its lease is over then. */
  async function makerDies(after: 'some' | 'all'): Promise<void> {
    const now = world.clock.at
    const wish = { learnerId: adaId, communityId: community, state: 'waiting' } as const
    const counts = { rows: 10, done: 0, tries: 0 }
    await wishDataFile({ ...wish, ...counts, askedAt: now, leaseUntil: now, language: 'en' })
    await takeDataFile(adaId, 'dying', now, new Date(now.getTime() + 1_000))
    await store('dying', [Buffer.from('all that is held about Ada')])
    if (after === 'some')
      await mongoose.connection
        .collection<{ _id: string }>('data-files.files')
        .deleteOne({ _id: 'dying' })
    world.clock.at = new Date(now.getTime() + 1_000)
  }

  for (const after of ['some', 'all'] as const) {
    it(`leaves nothing of one whose maker died after ${after} bytes`, async () => {
      await makerDies(after)
      expect(await storedIds()).to.deep.equal(['dying'])

      await run()

      const file = await findDataFile(adaId)
      expect(file?.state).to.equal('ready')
      expect(await storedIds()).to.deep.equal([file?.fileId])
    })

    it(`leaves nothing of one whose maker died after ${after} bytes when the learner leaves`, async () => {
      await makerDies(after)
      await ada.submit('/delete-account', { password })
      world.clock.at = new Date(world.clock.at.getTime() + 7 * 86_400_000)

      const signal = new AbortController().signal
      await eraseLearners({ world, signal, touch: () => Promise.resolve() })

      expect(await storedIds()).to.deep.equal([])
    })
  }

  it('is still asked for when the old one goes in the same moment', async () => {
    await askForData(await actorOf(people.ada), 'en', world.ports)
    const old = (await findDataFile(adaId))?.fileId ?? ''
    const now = world.clock.at
    const wish = { learnerId: adaId, communityId: community, state: 'waiting' } as const
    const counts = { rows: 10, done: 0, tries: 0 }
    await wishDataFile({ ...wish, ...counts, askedAt: now, leaseUntil: now, language: 'en' })

    await forgetDataFile(adaId, old)
    await run()

    expect((await findDataFile(adaId))?.state).to.equal('ready')
    expect(await storedIds()).not.to.include(old)
  })

  it('keeps one file a person: a new one takes the place of the old', async () => {
    const actor = await actorOf(people.ada)
    await askForData(actor, 'en', world.ports)
    const first = await findDataFile(adaId)
    await askForData(actor, 'en', world.ports)
    const second = await findDataFile(adaId)

    expect(second?.fileId).not.to.equal(first?.fileId)
    expect(await mongoose.connection.collection('data-files.files').countDocuments()).to.equal(1)
  })
})
