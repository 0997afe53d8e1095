import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { scopeKinds, type Rule, type RuleSet, type Scope } from './rules.js'

type Row = Omit<RuleSet, 'id' | 'rules'> & { readonly _id: string; readonly rules: Rule[] }

const text = { type: String, required: true } as const

/** How a scope and its rules are kept, in a version and in a trial alike. */
export const ruleFields = {
  scope: new mongoose.Schema<Scope>(
    { kind: { ...text, enum: scopeKinds }, id: text, name: text },
    { _id: false, strict: 'throw' },
  ),
  rules: [
    new mongoose.Schema(
      {
        id: text,
        kind: text,
        tracks: { type: [String], default: undefined },
        lowestLevel: String,
        count: Number,
        badges: { type: [String], default: undefined },
        months: Number,
        checkedBy: String,
        ownWord: Boolean,
      },
      { _id: false, strict: 'throw' },
    ),
  ],
} as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    version: { type: Number, required: true },
    ...ruleFields,
    from: text,
    publishedBy: text,
    publishedAt: { type: Date, required: true },
  },
  { collection: 'readiness-rules', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, version: 1 }, { unique: true })

const RuleSets = mongoose.model('ReadinessRules', schema)

const toRuleSet = ({ _id, ...rest }: Row): RuleSet => ({ id: _id, ...rest })

/** All versions of one program's rules and of its scopes, oldest first. */
export async function ruleVersions(communityId: string): Promise<RuleSet[]> {
  const rows = await RuleSets.find({ communityId }).sort({ version: 1 }).lean<Row[]>()
  return rows.map(toRuleSet)
}

/** All versions of several programs. */
export async function ruleVersionsOf(communityIds: readonly string[]): Promise<RuleSet[]> {
  const rows = await RuleSets.find({ communityId: { $in: [...communityIds] } }).lean<Row[]>()
  return rows.map(toRuleSet)
}

/** Adds a version; false when that version of that program is there already. */
export async function insertRuleSet({ id, ...rest }: RuleSet): Promise<boolean> {
  try {
    await RuleSets.insertMany([{ _id: id, ...rest, rules: [...rest.rules] }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
