import type { ErrorObject, ValidateFunction } from 'ajv'
import type { JsonObject } from '../credentials/credential.js'
import { schemaFor, schemasOf, type SchemaName } from './ob3-shapes.js'

type Validators = Readonly<Record<SchemaName, ValidateFunction>>

let made: Promise<Validators> | undefined

/** Ajv is read and the schemas are compiled at the first use. */
async function makeValidators(): Promise<Validators> {
  const [{ Ajv2019 }, formats] = await Promise.all([
    import('ajv/dist/2019.js'),
    import('ajv-formats'),
  ])
  const ajv = new Ajv2019({
    allErrors: true,
    strictRequired: false,
    strictTypes: false,
    strictTuples: false,
  })
  formats.default.default(ajv)
  const { achievement, endorsement, clr } = schemasOf()
  return {
    achievement: ajv.compile(achievement),
    endorsement: ajv.compile(endorsement),
    clr: ajv.compile(clr),
  }
}

const mostFaults = 20

/**
 * What is wrong with the shape of an AchievementCredential, EndorsementCredential or ClrCredential of Open Badges 3.0 and
 * CLR 2.0, as `path: what`; empty for a right one. The schema is our own, from the specification: nothing is fetched,
 * whatever `credentialSchema` names.
 */
export async function checkSchema(document: JsonObject): Promise<string[]> {
  const name = schemaFor(document)
  if (!name) return ['/type: no credential type of Open Badges 3.0 or CLR 2.0']
  made ??= makeValidators()
  const validate = (await made)[name]
  return validate(document) ? [] : (validate.errors ?? []).slice(0, mostFaults).map(faultText)
}

const faultText = ({ instancePath, message = 'is wrong', params }: ErrorObject): string => {
  const extra = (params as { additionalProperty?: string }).additionalProperty
  return `${instancePath || '/'}: ${message}${extra === undefined ? '' : ` (${extra})`}`
}
