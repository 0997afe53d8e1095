import type { Express } from 'express'
import supertest from 'supertest'
import type { CheckName, Outcome, Overall } from '../../src/verification/verification.js'

interface Body {
  readonly overall?: Overall
  readonly detail?: string
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
  readonly checks?: readonly {
    readonly name: CheckName
    readonly outcome: Outcome
    readonly message: string
  }[]
  readonly badge?: { readonly name?: string }
}

/** What POST /verifications answered; checks by name. */
export interface Answered {
  readonly status: number
  readonly overall: Overall | undefined
  readonly outcomes: Readonly<Partial<Record<CheckName, Outcome>>>
  readonly messages: Readonly<Partial<Record<CheckName, string>>>
  readonly body: Body
}

/** Asks for the verdict on a badge, as anybody may; `recipient` for the check whose it is. */
export async function askVerdict(
  app: Express,
  badge: string | Buffer,
  { type = 'application/octet-stream', recipient = '' } = {},
): Promise<Answered> {
  const asked = supertest(app).post('/api/v1/verifications').set('Content-Type', type)
  if (recipient) void asked.set('X-Recipient-Email', recipient)
  const answer = await asked.send(badge)
  const body = answer.body as Body
  const by = (key: 'outcome' | 'message') =>
    Object.fromEntries((body.checks ?? []).map((check) => [check.name, check[key]]))
  return {
    status: answer.status,
    overall: body.overall,
    outcomes: by('outcome'),
    messages: by('message'),
    body,
  }
}
