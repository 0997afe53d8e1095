import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { extractRow, hasLostGain, participantCode, type ExtractSchema } from './extract.js'
import { preCheck, type ExtractFault } from './pre-check.js'
import { readExtract } from './read-extract.js'

/** After how many participants a check ends; of a larger extract the rest is not checked, and the page says so. */
export const mostChecked = 2_000
const mostFaults = 200

/** What to mend of a participant: in their row, or a gain that is not in it because its evidence counts no longer. */
export interface CheckFault {
  readonly row: number
  readonly rule: ExtractFault['rule'] | 'gainWithoutEvidence'
  readonly code: string
}

export interface CheckedExtract {
  readonly checked: number
  readonly leftOut: number
  readonly isWhole: boolean
  readonly faults: readonly CheckFault[]
}

/** Runs the pre-check over the extract of one program year, as it would be taken out. */
export async function checkExtract(
  actor: Actor,
  schema: ExtractSchema,
  year: number,
  ports: Pick<Ports, 'now'>,
): Promise<CheckedExtract> {
  const check = preCheck(schema.columns)
  const faults: CheckFault[] = []
  let [checked, leftOut] = [0, 0]
  for await (const batch of readExtract(actor, year, 'view', ports)) {
    leftOut += batch.leftOut
    for (const participant of batch.participants) {
      checked += 1
      const code = participantCode(participant.learnerId)
      const found = check(extractRow(schema, participant, checked, year), checked)
      faults.push(...found.map((fault) => ({ ...fault, code })))
      if (hasLostGain(participant, year))
        faults.push({ row: checked, rule: 'gainWithoutEvidence', code })
    }
    if (checked + leftOut >= mostChecked || faults.length >= mostFaults)
      return { checked, leftOut, isWhole: false, faults: faults.slice(0, mostFaults) }
  }
  return { checked, leftOut, isWhole: true, faults }
}
