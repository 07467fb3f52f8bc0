import t from 'tap'
import { trackOldest } from '../../server/app/oldest.ts'

/** With a window of 100 ms, at the moment 1,000 of a clock that a test moves. */
function tracked() {
  let now = 1_000
  const oldest = trackOldest(100, () => now)
  const at = (ms: number) => {
    now = ms
    return Object.fromEntries(oldest.agesMs())
  }
  return { oldest, at }
}

t.test('the oldest is remembered for one to two windows after it was seen', async (t) => {
  const { oldest, at } = tracked()
  oldest.saw('a', 950)
  oldest.saw('a', 930)
  oldest.saw('b', 940)
  t.same(at(1_099), { a: 1_049, b: 1_039 }, 'and ages meanwhile')
  t.same(at(1_100), { a: 1_050, b: 1_040 }, 'the window before counts too')
  oldest.saw('a', 1_030)
  t.same(at(1_199).a, 1_149, 'the older one wins')
  t.same(at(1_200), { a: 1_130 }, 'until it was not seen for a whole window')
  t.same(at(1_300), {}, 'nothing is seen any more')
  oldest.saw('a', 1_210)
  t.same(at(1_600), {}, 'nor after a long silence')
})

t.test('an age that a clock set back makes negative is none', async (t) => {
  const { oldest, at } = tracked()
  oldest.saw('a', -3_600_000)
  t.same(at(1_000), { a: 0 })
  t.same(at(1_050), { a: 50 })
})
