import { z } from 'zod'
import { policy } from '../access/policy.js'
import { declaredCalls, type DeclaredCall } from './api.js'

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
}

/** JSON Schema (2020-12, as OpenAPI 3.1 has it) of what a zod schema takes in or gives out. */
export const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  delete made['$schema']
  return made
}

interface ObjectSchema {
  readonly properties?: Record<string, object>
  readonly required?: readonly string[]
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query') {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as ObjectSchema
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}

function bodyOf(call: DeclaredCall) {
  const json = call.body && {
    'application/json': { schema: jsonSchemaOf(call.body, 'input') },
  }
  const raw = call.rawBody?.types.map((type) => [type, { schema: { type: 'string' } }] as const)
  const content = { ...Object.fromEntries(raw ?? []), ...json }
  return Object.keys(content).length > 0 ? { requestBody: { required: true, content } } : {}
}

const isOpen = (call: DeclaredCall) => policy[call.action] === 'anyone'

function operationOf(call: DeclaredCall) {
  const status = call.status ?? (call.answer ? 200 : 204)
  const statuses = new Set([400, 429, ...(isOpen(call) ? [] : [401, 403]), ...(call.errors ?? [])])
  const problems = [...statuses].map((code): [string, object] => [
    String(code),
    { $ref: '#/components/responses/Problem' },
  ])
  return {
    summary: call.summary,
    description: isOpen(call) ? 'Open to everyone.' : `Needs a person who may: ${call.action}.`,
    ...(isOpen(call) ? { security: [] } : {}),
    parameters: [...parametersOf(call.params, 'path'), ...parametersOf(call.query, 'query')],
    ...bodyOf(call),
    responses: {
      [String(status)]: {
        description: call.summary,
        ...(call.answer && {
          content: { 'application/json': { schema: jsonSchemaOf(call.answer, 'output') } },
        }),
      },
      ...(Object.fromEntries(problems) as Record<string, object>),
    },
  }
}

/** The OpenAPI 3.1 description, made from the schemas that parse the calls. */
export function openApi(baseUrl: string) {
  const byPath: Record<string, Record<string, object>> = {}
  for (const call of declaredCalls) {
    byPath[call.path] = { ...byPath[call.path], [call.method]: operationOf(call) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Waymark',
      version: '1',
      description:
        'From a first free coding lesson to a job. Dates are ISO 8601, lists take limit and cursor and answer {items, next}, errors are RFC 9457 problem details.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${baseUrl}/api/v1` }],
    security: [{ bearer: [] }],
    paths: byPath,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: 'What went wrong, and where',
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
    },
  }
}
