import { parentPort } from 'node:worker_threads'
import { signEmbedded } from './embedded-proof.js'
import type { SignAnswer, SignRequest } from './signer.js'

/** The thread behind openSigner: signs what it is sent, one after another. */
async function answer({ id, unsigned, key, at }: SignRequest): Promise<SignAnswer> {
  try {
    return { id, signed: await signEmbedded(unsigned, key, at) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.on('message', (request: SignRequest) => {
  void answer(request).then((signed) => parentPort?.postMessage(signed))
})
