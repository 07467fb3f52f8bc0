import t from 'tap'
import { trackOldest } from '../../server/app/oldest.ts'

t.test('the oldest is remembered for one to two windows after it was seen', async (t) => {
  let now = 1_000
  const oldest = trackOldest(100, () => now)
  const at = (ms: number) => {
    now = ms
    return [...oldest.sinceMs()]
  }
  oldest.saw('a', 50)
  oldest.saw('a', 70)
  oldest.saw('b', 60)
  t.same(at(1_099), [
    ['a', 50],
    ['b', 60],
  ])
  t.same(at(1_100).length, 2, 'the window before counts too')
  oldest.saw('a', 70)
  t.same(at(1_199)[0], ['a', 50], 'the older one wins')
  t.same(at(1_200), [['a', 70]], 'until it was not seen for a whole window')
  t.same(at(1_300), [], 'nothing is seen any more')
  oldest.saw('a', 90)
  t.same(at(1_600), [], 'nor after a long silence')
})
