import t from 'tap'
import { settledTrend } from '../soak/measure.ts'
import { averaged, trendOf } from './trend.ts'

const line = (count: number, value: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => ({ at, value: value(at) }))
/** The same on every run. */
const noise = (at: number) => Math.sin(at * 12.9898) * 3

t.test('fits a straight line with its slope and no error', async (t) => {
  const { slope, standardError } = trendOf(line(20, (at) => 100 + 2 * at))
  t.ok(Math.abs(slope - 2) < 1e-9)
  t.ok(standardError < 1e-9)
})

t.test('tells a trend in noise from noise without a trend', async (t) => {
  const flat = trendOf(line(200, (at) => 100 + noise(at)))
  t.ok(Math.abs(flat.slope) < 2 * flat.standardError)
  const rising = trendOf(line(200, (at) => 100 + noise(at) + 0.1 * at))
  t.ok(rising.slope > 2 * rising.standardError)
  t.ok(Math.abs(rising.slope - 0.1) < 3 * rising.standardError)
})

t.test('widens the standard error when neighbouring points are correlated', async (t) => {
  const jumpy = trendOf(line(200, (at) => (at % 2 === 0 ? 1 : -1)))
  const waves = trendOf(line(200, (at) => (at % 40 < 20 ? 1 : -1)))
  t.ok(waves.standardError > 3 * jumpy.standardError)
})

t.test('averages away swings that are shorter than a span', async (t) => {
  const means = averaged(
    line(30, (at) => at % 10),
    10,
  )
  t.same(
    means.map(({ value }) => value),
    [4.5, 4.5, 4.5],
  )
  t.same(averaged([], 10), [])
})

t.test('leaves out the time until memory has settled', async (t) => {
  const memory = line(600, (at) => (at < 100 ? at : 100))
  const { perHour, mean } = settledTrend(memory)
  t.ok(Math.abs(perHour.slope) < 1e-6, 'the rise at the beginning does not count')
  t.equal(mean, 100)
  const leak = settledTrend(line(600, (at) => 100 + at / 60))
  t.ok(Math.abs(leak.perHour.slope - 60) < 0.01, '1 MB a minute is 60 MB an hour')
})
