import t from 'tap'
import { judgeServer, judgeUnreachable } from '../../../hack/doctor/cluster.ts'
import { clientVersion, judgeKubectl, judgeNode, judgeSkew } from '../../../hack/doctor/tools.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { type Expected, expectFinding } from './expect-finding.ts'

for (const [version, ...expected] of [
  ['24.21.0', 'ok', /^node 24\.21\.0$/],
  ['20.20.2', 'failure', /24 or later is needed/, /^npm ci$/],
] as const)
  expectFinding(t, judgeNode(version), expected, `node ${version}`)

for (const [name, version, isThere, ...expected] of [
  ['a kubectl', [1, 36, 3], true, 'ok', /^kubectl 1\.36\.3$/],
  ['none', undefined, false, 'failure', /not on the PATH: see https:/],
  ['one that fails', undefined, true, 'failure', /not print its version/, /kubectl version/],
] as const)
  expectFinding(t, judgeKubectl(version, isThere), expected, name)

t.same(clientVersion('{"clientVersion": {"gitVersion": "v1.36.3-a"}}'), [1, 36, 3])
t.equal(clientVersion('{}'), undefined)
t.equal(clientVersion('not json'), undefined)

for (const [kubectl, warned] of [
  [[1, 35, 0], false],
  [[1, 37, 9], false],
  [[1, 34, 9], true],
  [[2, 36, 3], true],
] as const)
  t.equal(judgeSkew(kubectl, [1, 36, 3]).length, warned ? 1 : 0, `kubectl ${kubectl} for 1.36`)

for (const [version, ...expected] of [
  [[1, 36, 3], 'ok', /^context home answers, Kubernetes 1\.36\.3$/],
  [[1, 35, 0], 'ok', /1\.35\.0/],
  [[1, 34, 9], 'failure', /1\.35 or later is needed/],
] as const)
  expectFinding(t, judgeServer('home', version), expected, `Kubernetes ${version}`)

for (const [message, help] of [
  ['context kind-coinflip: https://a does not answer', /^make kind-up$/],
  ['context home: https://a does not answer', /get-contexts/],
] as const) {
  const expected: Expected = ['failure', /does not answer/, help]
  expectFinding(t, judgeUnreachable(new UserError(message)), expected, message)
}
