import cliProgress from 'cli-progress'

/** A bar on the terminal; one line a tenth where there is none. Call with what is done of what there is. */
export function progressBar(label: string): {
  tell: (done: number, total: number) => void
  stop: () => void
} {
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} [{bar}] {percentage}% {value}/{total} {duration_formatted}`,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      stream: process.stderr,
      clearOnComplete: false,
    },
    cliProgress.Presets.legacy,
  )
  let started = false
  return {
    tell: (done, total) => {
      if (started) bar.update(done)
      else bar.start(total, done)
      started = true
    },
    stop: () => {
      if (started) bar.stop()
    },
  }
}
