import t from 'tap'
import { CoinFlip, Face } from '../../server/domain/coinflip.ts'
import { findWordArray } from '../../server/metacontroller/words.ts'

t.test('the flips are what is read from the bytes, which the figures rest on', async (t) => {
  t.same(findWordArray(CoinFlip), { path: ['spec', 'flips'], words: Face.enum })
})
