import { readFileSync } from 'node:fs'
import t from 'tap'
import { partsOf, stepsOf } from './page-steps.ts'

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

\`\`\`sh
three
\`\`\`

\`\`\`yaml
a: b
\`\`\`

<!-- a remark -->
<!-- test: Ctrl-C make dev -->
<!-- test: part cluster -->

\`\`\`sh
four
\`\`\`
`

t.test('reads the steps of a page with their lines', async (t) => {
  t.same(stepsOf(page), [
    { kind: 'run', line: 3, text: 'one\ntwo\n' },
    { kind: 'show', line: 10, text: 'shown\n' },
    { kind: 'stay', line: 14, text: 'make dev\n' },
    { kind: 'run', line: 18, text: 'three\n' },
    { kind: 'end', line: 27, text: 'make dev' },
    { kind: 'part', line: 28, name: 'cluster' },
    { kind: 'run', line: 30, text: 'four\n' },
  ])
})

t.test('begins a part at its remark', async (t) => {
  const parts = partsOf(stepsOf(page))
  t.same(
    parts.map(({ name, steps }) => [name, steps.length]),
    [
      ['', 5],
      ['cluster', 1],
    ],
  )
})

t.test('uses every block and remark of the tutorial', async (t) => {
  const text = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8')
  const marked = [...text.matchAll(/^```(?:sh|text)|^<!-- test: /gm)]
  t.equal(marked.length, stepsOf(text).length)
})
