import type { Ports } from '../ports.js'
import { waitingCenterImports } from './center-import-store.js'
import { continueImport } from './import-centers.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const patience = 60_000

/** Reads on in large files of centers, and in those whose process died a minute ago or longer. */
export async function continueCenterImports({
  world: { ports },
  signal,
  touch,
}: Run): Promise<void> {
  for (const file of await waitingCenterImports(new Date(ports.now().getTime() - patience)))
    if (!signal.aborted) await continueImport(file, ports, { signal, touch })
}
