import t from 'tap'
import { requireStatus } from '../../../hack/playground/page/call.js'

t.test('takes an answer without a status for a failure', async (t) => {
  t.same(requireStatus({ kind: 'answered', answer: {} }), {
    kind: 'failed',
    why: 'the answer has no status',
  })
  for (const result of [
    { kind: 'answered', answer: { status: {} } },
    { kind: 'busy', afterMs: 1_000 },
    { kind: 'failed', why: '500 a bug' },
  ] as const)
    t.equal(requireStatus(result), result)
})
