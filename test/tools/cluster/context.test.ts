import t from 'tap'
import { connect } from '../../../hack/kube/context.ts'
import { joinErrorLines } from '../../../hack/kube/kubectl.ts'
import { program, scratch } from '../../lib/scratch.ts'

/** A kubectl with one context and a fixed answer of its API server. */
const kubectl = (current: string, version: string) => `
case "$*" in
  "config current-context") ${current} ;;
  "--context home config view"*)
    echo '{"contexts": [{"context": {"namespace": "team"}}], "clusters": [{"cluster": {"server": "https://home"}}]}' ;;
  *"config view"*) echo "error: cannot locate context" >&2; exit 1 ;;
  "--context home get --raw /version"*) ${version} ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac`
const fail = (line: string) => `echo '${line}' >&2; exit 1`
const served = `echo '{"gitVersion": "v1.36.3"}'`

t.capture(process.stderr, 'write', () => true)

t.test('connects to the cluster of the current context', async (t) => {
  const dir = await scratch(t)
  const { PATH } = process.env
  t.teardown(() => {
    process.env.PATH = PATH
  })
  process.env.PATH = `${dir}:${PATH}`
  const install = (current: string, version = served) =>
    program(dir, 'kubectl', kubectl(current, version))

  await install('echo home')
  const { context, namespace, version } = await connect()
  t.same(
    { context, namespace, version },
    { context: 'home', namespace: 'team', version: [1, 36, 3] },
  )

  for (const [name, current, version, words] of [
    ['none', fail('error: current-context is not set'), served, /has no current context: `kubectl/],
    ['a broken file', fail('error: yaml: line 1'), served, /cannot be used: error: yaml: line 1/],
    ['an unknown one', 'echo gone', served, /^context gone: the kubeconfig does not know it/],
    [
      'an unreachable one',
      'echo home',
      fail('refused'),
      /^context home: https:\/\/home does not.*refused/,
    ],
    [
      'something else',
      'echo home',
      `echo '{"gitVersion": "x"}'`,
      /https:\/\/home is no Kubernetes/,
    ],
  ] as const) {
    await install(current, version)
    await t.rejects(connect(), words, name)
  }

  process.env.PATH = await scratch(t)
  await t.rejects(connect(), /^kubectl is not on the PATH: see https/)
})

for (const [name, stderr, failure, whole] of [
  ['one line', 'no\n', 'no', 'no'],
  [
    'more lines',
    'Warning: old\nis invalid:\n* a: Too many\n* <nil>: rest\n',
    '* <nil>: rest',
    'is invalid: * a: Too many',
  ],
  ['a cause of its own', 'Warning: old\n', 'no end after 1 s', 'no end after 1 s'],
] as const)
  t.equal(joinErrorLines({ stdout: '', stderr, failure }).failure, whole, `a failure with ${name}`)
