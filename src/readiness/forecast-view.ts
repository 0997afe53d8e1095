import type { Words } from '../http/words.js'
import { fewestPeople, paceBands } from './forecast.js'
import type { OwnForecast } from './read-forecast.js'

/** The forecast in words: the range, what it rests on, and that it promises nothing. */
export function forecastView(own: OwnForecast | undefined, { t, day, number }: Words) {
  if (!own) return null
  const { track, pace, forecast } = own
  const [least = 0, next] = [paceBands[pace.band], paceBands[pace.band + 1]]
  const speed =
    next === undefined
      ? t('readiness:forecast.paceOver', { least: number(least) })
      : t('readiness:forecast.pace', { least: number(least), most: number(next) })
  return forecast
    ? {
        range: t('readiness:forecast.range', { from: day(forecast.from), to: day(forecast.to) }),
        basis: t('readiness:forecast.basis', {
          people: number(forecast.people),
          track,
          count: pace.done,
          speed,
        }),
      }
    : { range: t('readiness:forecast.none', { fewest: fewestPeople }), basis: null }
}
