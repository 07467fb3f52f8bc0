import { readFileSync } from 'node:fs'
import t from 'tap'
import { partsOf, stepsOf } from './blocks.ts'

const page = `# A page

\`\`\`sh
one
two
\`\`\`

Text with \`\`\`sh in it.

\`\`\`text
shown
\`\`\`

\`\`\`sh stays
make dev
\`\`\`

<!-- test: time the start -->

<!-- test: again -->

\`\`\`sh
three
\`\`\`

\`\`\`yaml
a: b
\`\`\`

<!-- a remark -->
<!-- test: Ctrl-C make dev -->
<!-- test: part cluster -->

\`\`\`diff
-a
+b
\`\`\`
`

t.test('a page is read as what there is to do, with the lines where it says so', async (t) => {
  t.same(stepsOf(page), [
    { kind: 'run', line: 3, text: 'one\ntwo\n', again: false },
    { kind: 'show', line: 10, text: 'shown\n' },
    { kind: 'stay', line: 14, text: 'make dev\n' },
    { kind: 'time', line: 18, name: 'the start' },
    { kind: 'run', line: 22, text: 'three\n', again: true },
    { kind: 'end', line: 31, text: 'make dev' },
    { kind: 'part', line: 32, name: 'cluster' },
    { kind: 'patch', line: 34, text: '-a\n+b\n' },
  ])
})

t.test('a part begins at its remark', async (t) => {
  const parts = partsOf(stepsOf(page))
  t.same(
    parts.map(({ name, steps }) => [name, steps.length]),
    [
      ['', 6],
      ['cluster', 1],
    ],
  )
})

for (const file of ['tutorial', 'adapting'])
  t.test(`${file}.md has no block or remark that nothing is done with`, async (t) => {
    const text = readFileSync(new URL(`../../docs/${file}.md`, import.meta.url), 'utf8')
    const steps = stepsOf(text)
    t.equal([...text.matchAll(/^<!-- test: /gm)].length, steps.filter(isRemark).length)
    const blocks = [...text.matchAll(/^```(?:sh|text|diff)/gm)]
    t.equal(blocks.length, steps.filter((step) => 'text' in step && step.kind !== 'end').length)
  })

function isRemark(step: ReturnType<typeof stepsOf>[number]): boolean {
  return ['end', 'part', 'time'].includes(step.kind) || (step.kind === 'run' && step.again)
}
