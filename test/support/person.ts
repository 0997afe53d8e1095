import { load, type CheerioAPI } from 'cheerio'
import type { Express } from 'express'
import supertest, { type Response } from 'supertest'
import { paths } from '../../src/http/paths.js'

type Fields = Record<string, string | string[]>

/** Somebody at a browser: keeps cookies, reads pages, sends forms with the page's own CSRF token. */
export interface Person {
  get(path: string): Promise<Response>
  /** The page, read. Fails when the answer is not 200. */
  read(path: string): Promise<CheerioAPI>
  /** Opens the page at `path`, takes its CSRF token and posts `fields` to `to` (the same path if not given). */
  submit(path: string, fields: Fields, to?: string): Promise<Response>
  /** Sends a multipart form with a file as its last field. */
  upload(
    path: string,
    file: { name: string; content: string | Buffer },
    fields?: Record<string, string>,
    to?: string,
  ): Promise<Response>
  /** Calls /api/v1 with the person's own access token. */
  api(
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    path: string,
    body?: object,
  ): Promise<Response>
}

interface Credentials {
  readonly email: string
  readonly password: string
}

const tokenOn = (html: string) => {
  const token = load(html)('input[name=_csrf]').first().attr('value')
  if (!token) throw new Error('this page holds no CSRF token')
  return token
}

/** Somebody who is not signed in. */
export function visitor(app: Express): Person {
  return personWith(app, undefined)
}

function personWith(app: Express, credentials: Credentials | undefined): Person {
  const agent = supertest.agent(app)
  let accessToken: string | undefined

  const open = async (path: string) => {
    const shown = await agent.get(path)
    if (shown.status !== 200)
      throw new Error(`GET ${path} answered ${String(shown.status)}: ${shown.text.slice(0, 300)}`)
    return shown.text
  }
  const bearer = async () => {
    if (!credentials) return undefined
    const answer = await supertest(app).post('/api/v1/tokens').send(credentials)
    return (accessToken ??= (answer.body as { accessToken: string }).accessToken)
  }
  return {
    get: async (path) => agent.get(path),
    read: async (path) => load(await open(path)),
    submit: async (path, fields, to = path) => {
      const token = tokenOn(await open(path))
      return agent
        .post(to)
        .type('form')
        .send({ ...fields, _csrf: token })
    },
    upload: async (path, file, fields = {}, to = path) => {
      const request = agent.post(to).field('_csrf', tokenOn(await open(path)))
      for (const [name, value] of Object.entries(fields)) void request.field(name, value)
      return request.attach('file', Buffer.from(file.content as string), file.name)
    },
    api: async (method, path, body) => {
      const token = accessToken ?? (await bearer())
      const request = supertest(app)[method](`/api/v1${path}`)
      if (token) void request.set('Authorization', `Bearer ${token}`)
      return body === undefined ? request : request.send(body)
    },
  }
}

/** Signs in by the real form; fails when that does not work. */
export async function signIn(app: Express, credentials: Credentials): Promise<Person> {
  const person = personWith(app, credentials)
  const answer = await person.submit(paths.signIn, { ...credentials })
  if (answer.status !== 303) throw new Error(`sign-in answered ${String(answer.status)}`)
  return person
}
