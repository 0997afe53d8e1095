/** How far the first start has come; /readyz and server.ts share it. */
export interface FirstRun {
  complete: boolean
  step: string
  done: number
  total: number
}

export const firstRun: FirstRun = { complete: false, step: 'starting', done: 0, total: 0 }
