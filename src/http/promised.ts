type Done<T> = (error?: unknown, value?: T) => void

/** Passport's and the session's callbacks as a promise. */
export const promised = <T = undefined>(start: (done: Done<T>) => void): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error('session', { cause: error }))
      else resolve(value)
    })
  })
