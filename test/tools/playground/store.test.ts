import t from 'tap'
import { createStore } from '../../../hack/playground/page/store.js'
import { failureOf, lineOf, nextCall } from '../../../hack/playground/page/wait.js'
import { storedObject } from './clock.ts'

function memory() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

t.test('keeps objects over a reload, but not for another broker', async (t) => {
  const storage = memory()
  const objects = [storedObject()]
  t.same(createStore(storage, 'run-1').load(), [])
  createStore(storage, 'run-1').save(objects)
  t.same(createStore(storage, 'run-1').load(), objects)
  t.same(createStore(storage, 'run-2').load(), [])
})

t.test('works without a storage that is broken or full', async (t) => {
  const broken = {
    getItem: () => '{',
    setItem() {
      throw new Error('full')
    },
  }
  const store = createStore(broken, 'run-1')
  t.same(store.load(), [])
  store.save([])
})

t.test('says when and why the next call is made', async (t) => {
  const now = 1_000_000
  for (const [wait, words] of [
    [undefined, 'The next call comes with the next change.'],
    [{ why: 'asked', ms: 1_240, failures: 0 }, 'The operator asked to be called again: in 1.2 s.'],
    [{ why: 'asked', ms: 42_400, failures: 0 }, 'The operator asked to be called again: in 42 s.'],
    [{ why: 'busy', ms: -5, failures: 0 }, /is busy and asked to be called again: in 0\.0 s/],
    [{ why: 'failed', ms: 5, failures: 1 }, 'The call failed: the next one in 0.0 s.'],
    [{ why: 'failed', ms: 640, failures: 8 }, 'The call failed 8 times: the next one in 0.6 s.'],
  ] as const)
    t.match(nextCall(wait && { ...wait, atMs: now + wait.ms }, now), words)
})

t.test('formats a call as a line, with the error of a failed one', async (t) => {
  const common = { name: 'lucky', at: new Date(), ms: 4.4, request: '{}', body: '' }
  const outcome = { kind: 'failed', why: '400 parent is missing' } as const
  const refused = { ...common, hook: 'sync', code: 400, outcome } as const
  t.match(lineOf(refused), /^POST \/sync for lucky: 400 in 4 ms, at /)
  t.equal(failureOf(refused), 'POST /sync was answered with 400 parent is missing')
  const unreachable = { ...refused, code: 0, outcome: { kind: 'failed', why: 'gone' } as const }
  t.equal(failureOf(unreachable), 'POST /sync: gone')
  t.match(lineOf({ ...refused, code: 0 }), /no answer/)
  t.equal(failureOf({ ...refused, outcome: { kind: 'busy', afterMs: 1 } }), undefined)
  t.equal(failureOf(undefined), undefined)
})
