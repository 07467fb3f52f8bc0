import t from 'tap'
import { trackOldest } from '../../server/app/oldest.ts'

/** Creates a tracker with a window of 100 ms, at time 1,000 of a clock that the test moves. */
function tracked() {
  let now = 1_000
  const oldest = trackOldest(100, () => now)
  const at = (ms: number) => {
    now = ms
    return Object.fromEntries(oldest.agesMs())
  }
  return { oldest, at }
}

t.test('remembers the oldest for one to two windows', async (t) => {
  const { oldest, at } = tracked()
  oldest.record('a', 950)
  oldest.record('a', 930)
  oldest.record('b', 940)
  t.same(at(1_099), { a: 1_049, b: 1_039 }, 'ages grow')
  t.same(at(1_100), { a: 1_050, b: 1_040 }, 'the previous window is included')
  oldest.record('a', 1_030)
  t.same(at(1_199).a, 1_149, 'the older one is kept')
  t.same(at(1_200), { a: 1_130 }, 'until it was not recorded for a whole window')
  t.same(at(1_300), {}, 'nothing is recorded any more')
  oldest.record('a', 1_210)
  t.same(at(1_600), {}, 'nor after a long time')
})

t.test('treats a negative age, after the clock was set back, as 0', async (t) => {
  const { oldest, at } = tracked()
  oldest.record('a', -3_600_000)
  t.same(at(1_000), { a: 0 })
  t.same(at(1_050), { a: 50 })
})
