import { readdirSync } from 'node:fs'
import t from 'tap'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-refusals')
const refused = 'manifests/samples/refused'
const filesOf = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.yaml'))
// Kubernetes before 1.35 adds the type.
const onlyAppended =
  /spec\.flips: Invalid value: ("array": )?flips can only be appended: send the stored ones first, all of them and in their order, and new ones after them/

/** The error output of kubectl in one line. */
async function refusal(...args: string[]): Promise<string> {
  const { stdout, stderr, failure } = await env.kubectl.try('-n', coinflips.namespace, ...args)
  return failure ? stderr.replaceAll(/\s+/g, ' ') : `accepted: ${stdout}`
}

t.test('the API server refuses malformed objects', async (t) => {
  const table = {
    'face-in-lower-case.yaml':
      'spec.flips[0]: Unsupported value: "tails": supported values: "Heads", "Tails"',
    'misspelt-flips.yaml': 'unknown field "spec.flip"',
    'one-face-for-a-list.yaml': 'spec.flips in body must be of type array: "string"',
    'unknown-face.yaml':
      'spec.flips[1]: Unsupported value: "Edge": supported values: "Heads", "Tails"',
  }
  t.same(filesOf(refused).sort(), Object.keys(table).sort(), 'every such sample has its row')
  for (const [file, words] of Object.entries(table))
    t.match(await refusal('create', '-f', `${refused}/${file}`), words, file)
})

t.test('refuses to rewrite a history by `kubectl apply`', async (t) => {
  await env.kubectl('apply', '-n', coinflips.namespace, '-k', 'manifests/samples')
  for (const file of filesOf(`${refused}/updates`))
    t.match(await refusal('apply', '-f', `${refused}/updates/${file}`), onlyAppended, file)
  t.match(
    await refusal('apply', '-f', 'manifests/samples/three-tails.yaml'),
    'accepted',
    'the manifest that stands can be applied again',
  )
})

t.test('refuses patches that remove, change or insert flips', async (t) => {
  await coinflips.create('patched', 'HTT')
  for (const operation of [
    { op: 'remove', path: '/spec/flips/2' },
    { op: 'remove', path: '/spec/flips' },
    { op: 'replace', path: '/spec/flips/0', value: 'Tails' },
    { op: 'add', path: '/spec/flips/0', value: 'Tails' },
    { op: 'add', path: '/spec/flips/1', value: 'Heads' },
  ]) {
    const patch = JSON.stringify([operation])
    const words = await refusal('patch', 'coinflip/patched', '--type=json', `--patch=${patch}`)
    t.match(
      words,
      operation.path.endsWith('s') ? 'spec.flips: Required value' : onlyAppended,
      patch,
    )
  }
  t.same((await coinflips.get('patched'))?.spec.flips, ['Heads', 'Tails', 'Tails'])
})
