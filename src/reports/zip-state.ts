/** The state of residence, by the first three digits of a ZIP code where all codes with those digits lie in one state. */

/** Two letters of a state, by the first three digits. */
export type ZipStates = ReadonlyMap<string, string>

/** The state of a ZIP code of five or nine digits; undefined where it does not tell for certain. */
export function stateOfZip(states: ZipStates, zip: string | undefined): string | undefined {
  const [, digits] = /^\s*(\d{3})\d{2}(?:-?\d{4})?\s*$/.exec(zip ?? '') ?? []
  return digits === undefined ? undefined : states.get(digits)
}
