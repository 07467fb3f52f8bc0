import t from 'tap'
import { parse } from 'yaml'
import { run } from '../../../hack/lib/process.ts'
import { asCurl, asManifest } from '../../../hack/playground/page/copy.js'
import { pretty, prettyText, tokensOf } from '../../../hack/playground/page/json.js'
import {
  annotated,
  flipped,
  pausedAnnotation,
  resyncAnnotation,
} from '../../../hack/playground/page/object.js'
import { storedObject } from './clock.ts'

const noon = new Date('2026-11-22T12:00:00Z')

t.test('writes a manifest without the fields of the API server', async (t) => {
  for (const name of ['lucky', 'true', '1e3', 'null', '0.1']) {
    let object = flipped(flipped(storedObject(name), 'Heads'), 'Tails')
    const expected = {
      apiVersion: 'games.example.com/v1alpha1',
      kind: 'CoinFlip',
      metadata: { name, namespace: 'default' },
      spec: { flips: ['Heads', 'Tails'] },
    }
    object = annotated(object, resyncAnnotation, noon.toISOString())
    t.same(parse(asManifest(object)), expected, name)
    const annotations = { [pausedAnnotation]: 'true' }
    const paused = asManifest(annotated(object, pausedAnnotation, 'true'))
    t.same(parse(paused), { ...expected, metadata: { ...expected.metadata, annotations } })
  }
})

t.test('quotes the body of a curl command for the shell', async (t) => {
  const body = JSON.stringify({ text: `it's "quoted" $HOME \`date\` \\ \n` })
  const line = asCurl('http://127.0.0.1:8080/sync', body)
  const show = `curl() { shift 5; printf %s "$1"; }; ${line}`
  const { stdout } = await run('sh', ['-c', show], { env: {} })
  t.equal(stdout, body)
  t.match(line, /^curl -s http:\/\/127\.0\.0\.1:8080\/sync -H 'content-type: application\/json'/)
})

t.test('formats JSON with plain lists on one line', async (t) => {
  const value = { flips: ['Heads', 'Tails'], conditions: [{ a: 1 }], none: {}, empty: [], n: null }
  const text = pretty(value)
  t.same(JSON.parse(text), value)
  t.match(text, '\n  "flips": ["Heads", "Tails"],\n')
  t.equal(prettyText('<html>'), '<html>', 'what is no JSON stays as it is')
})

t.test('splits JSON into keys, strings and the rest', async (t) => {
  const line = '  "a\\"b": ["x: y", 12, "z"],'
  const tokens = tokensOf(line)
  t.equal(tokens.map(({ text }) => text).join(''), line)
  const of = (kind: string) => tokens.filter((token) => token.kind === kind).map((k) => k.text)
  t.same(of('key'), ['"a\\"b":'])
  t.same(of('string'), ['"x: y"', '"z"'])
  t.equal(tokensOf('"a", '.repeat(9_999)).length, 1, 'a line of thousands stays whole')
})
