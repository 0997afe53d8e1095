import type { Ports } from '../ports.js'
import { dropImport, importsNeverReceived } from './import-store.js'
import { dropUpload } from './upload-store.js'

const hours = 24

/** Takes away what is left of uploads whose process died before the file had arrived whole: nobody can finish them. */
export async function clearBrokenUploads({
  world,
}: {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
}): Promise<void> {
  const before = new Date(world.ports.now().getTime() - hours * 3_600_000)
  for (const id of await importsNeverReceived(before)) {
    await dropUpload(id)
    await dropImport(id)
  }
}
