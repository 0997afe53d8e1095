import type { NextFunction, Request, Response } from 'express'
import type { Actor } from '../access/actor.js'
import { notSignedIn } from '../problems.js'

/** Makes the person behind `Authorization: Bearer …` the actor; a wrong token is 401 even on open calls. */
export function readBearer(actorByToken: (token: string) => Promise<Actor | undefined>) {
  return async (req: Request, _res: Response, next: NextFunction): Promise<void> => {
    const header = req.headers.authorization
    if (header === undefined) {
      next()
      return
    }
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1]
    const actor = token === undefined ? undefined : await actorByToken(token)
    if (!actor) throw notSignedIn()
    req.user = actor
    next()
  }
}
