/** How far the first start has come, for /readyz; whether the program runs on demonstration data, for every page. */
export interface FirstRun {
  complete: boolean
  done: number
  total: number
  demonstration: boolean
}

export const firstRun: FirstRun = { complete: false, done: 0, total: 0, demonstration: false }
