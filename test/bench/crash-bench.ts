import { rmSync } from 'node:fs'
import { progressBar } from '../../src/commands/progress.js'
import { crashRounds } from './crash/rounds.js'
import { report, tell } from './measure.js'
import { scratchFolder } from './scratch-folder.js'

/** `kill -9` amid all kinds of writes, so many times. The folder is kept, and the process fails, when a word was broken. */
export async function benchCrash(rounds: number, seed: number): Promise<void> {
  tell(`--seed ${seed}`)
  const dir = scratchFolder('crash')
  const bar = progressBar('rounds')
  const onRound = (round: number) => {
    bar.tell(round, rounds)
  }
  const { acknowledged, lost, torn, inconsistent } = await crashRounds(dir, {
    rounds,
    seed,
    code: 'built',
    onRound,
  }).finally(bar.stop)
  const broken = [...lost, ...torn, ...inconsistent]
  report({
    bench: `kill -9, ${rounds} rounds`,
    ratio: broken.length / acknowledged,
    against: 'acknowledged writes',
    seed,
    acknowledged,
    lost: lost.length,
    halfDone: torn.length,
    inconsistent: inconsistent.length,
  })
  for (const sentence of broken) tell(sentence)
  if (broken.length > 0) throw new Error(`the folder is ${dir}`)
  rmSync(dir, { recursive: true })
}
