import { policy } from '../access/policy.js'
import { declaredCalls, type DeclaredCall } from '../http/api.js'
import { jsonSchemaOf } from '../http/openapi.js'

interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly properties?: Record<string, SchemaNode>
  readonly required?: readonly string[]
  readonly items?: SchemaNode
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly SchemaNode[]
}

function typeText(node: SchemaNode): string {
  if (node.enum) return node.enum.map(String).join(' | ')
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.anyOf) return node.anyOf.map(typeText).join(' | ')
  if (node.items) return `${typeText(node.items)}[]`
  if (node.properties) return `{ ${Object.keys(node.properties).join(', ')} }`
  return Array.isArray(node.type)
    ? node.type.join(' | ')
    : ((node.type as string | undefined) ?? 'any')
}

function fieldsOf(call: DeclaredCall) {
  return (['params', 'query', 'body'] as const).flatMap((where) => {
    const schema = call[where]
    if (!schema) return []
    const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as SchemaNode
    return Object.entries(properties).map(([name, node]) => ({
      name,
      where,
      type: typeText(node),
      required: where === 'params' || required.includes(name),
    }))
  })
}

/** Every API call in plain rows, grouped by the first part of its path, for the page that explains the API. */
export function apiGuide() {
  const groups = new Map<string, object[]>()
  for (const call of declaredCalls) {
    const name = call.path.split('/')[1] ?? ''
    const rows = groups.get(name) ?? []
    rows.push({
      method: call.method.toUpperCase(),
      path: `/api/v1${call.path}`,
      summary: call.summary,
      open: policy[call.action] === 'anyone',
      action: call.action,
      fields: fieldsOf(call),
      answer: call.answer ? typeText(jsonSchemaOf(call.answer, 'output')) : '',
      status: call.status ?? (call.answer ? 200 : 204),
    })
    groups.set(name, rows)
  }
  return [...groups].map(([name, calls]) => ({ name, calls }))
}
