import t from 'tap'
import { isShown } from './is-shown.ts'

for (const [name, shown, printed, expected] of [
  ['the same', 'a\nb\n', 'a\nb\n', true],
  ['the same without a last line end', 'a\n', 'a', true],
  ['another word', 'a\nb\n', 'a\nc\n', false],
  ['a line too few', 'a\nb\n', 'a\n', false],
  ['a line too many', 'a\n', 'a\nb\n', false],
  ['a line too many in front', 'b\n', 'a\nb\n', false],
  ['`...` for any lines', 'a\n...\nd\n', 'a\nb\nc\nd\n', true],
  ['`...` for none', 'a\n...\nd\n', 'a\nd\n', true],
  ['`...` first and last', '...\nb\n...\n', 'a\nb\nc\n', true],
  ['`...` does not stand for what follows it', 'a\n...\nd\n', 'a\nb\nc\n', false],
  ['`...` in a line', 'context ... (x)\n', 'context kind-a (x)\n', true],
  ['`...` in a line stays in it', 'a ... b\n', 'a x\ny b\n', false],
  ['another time', 'at 2026-11-22T16:40:00.278Z\n', 'at 2027-01-02T03:04:05Z\n', true],
  ['another port', 'on http://127.0.0.1:8000/x\n', 'on http://127.0.0.1:9/x\n', true],
  ['another duration', 'in 1.1 s, 5s, 3 ms\n', 'in 20 s, 2m5s, 1 ms\n', true],
  ['another number', '4 messages\n', '5 messages\n', false],
  ['another width of columns', 'A     B\n1     2\n', 'A       B\n1       2  \n', true],
  ['another indent', '  a\n', '    a\n', false],
  ['signs that mean something elsewhere', 'a.b (c) [d] $e\n', 'a.b (c) [d] $e\n', true],
  ['a line that is written over', 'a\n2 of 2\n', 'a\n1 of 2\r2 of 2\n', true],
  ['a dot is a dot', 'a.b\n', 'axb\n', false],
] as const)
  t.equal(isShown(shown, printed, { whole: true }), expected, name)

t.test('accepts the beginning of the output of a command that still runs', async (t) => {
  t.ok(isShown('a\n', 'a\nb\n', { whole: false }))
  t.notOk(isShown('b\n', 'a\nb\n', { whole: false }))
})
