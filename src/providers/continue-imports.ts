import type { Ports } from '../ports.js'
import { continueImport } from './continue-import.js'
import { importsToContinue } from './import-store.js'

const importsAtOnce = 20

/** Reads on every stored roster on which nobody works: new large ones, and those whose process died. One after another. */
export async function continueImports({
  world,
  signal,
  touch,
}: {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}): Promise<void> {
  const ids = await importsToContinue(world.ports.now(), importsAtOnce)
  for (const id of ids) {
    if (signal.aborted) return
    await continueImport(id, world.ports, { signal, onCommit: touch })
  }
}
