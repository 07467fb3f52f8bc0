import { hostname } from 'node:os'
import t from 'tap'
import { wantedPolicies } from '../../hack/doctor/objects.ts'
import { assertDoctor } from '../lib/cluster/assert-doctor.ts'
import { make, startMake } from '../lib/cluster/make.ts'
import { env } from './environment.ts'

const crd = 'crd/coinflips.games.example.com'
const list = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/flips'
const withoutRule = [{ op: 'remove', path: `${list}/x-kubernetes-validations` }]

const onHost = env.needs('metacontroller', 'host')

t.test('reports an old CRD, and the command that fixes it', onHost, async (t) => {
  const patch = ['--type=json', '--patch', JSON.stringify(withoutRule)]
  await env.kubectl('patch', crd, ...patch)
  await assertDoctor(t, env, /^failure +CRD .*flips\.x-kubernetes-validations\n +-> make install$/m)
  await make(env.shell, 'install')
  await assertDoctor(t, env)
})

t.test('checks the parts of `make run`', onHost, async (t) => {
  t.teardown(() => Promise.all([env.metacontroller.start(), env.operator.install()]))
  await env.operator.remove()
  await env.metacontroller.stop()
  const files = new Set(wantedPolicies(env.version).map(({ file }) => file))
  await assertDoctor(
    t,
    env,
    /^failure +Metacontroller +there is none in the cluster/m,
    ...[...files].map(
      (file) => new RegExp(`^failure +admission .*missing\n +-> .* -f manifests/${file}$`, 'm'),
    ),
    /^failure +controller +there is none/m,
  )
  const serving = startMake(env.shell, 'run')
  t.teardown(serving.interrupt)
  await serving.prints(/^serving context /)
  const text = await assertDoctor(t, env)
  t.match(text, /^ok +Metacontroller +of `make run`, process \d+$/m)
  const ended = `games.example.com/run-by=${hostname()}/999999999`
  await env.kubectl('annotate', '--overwrite', 'compositecontroller/coinflip', ended)
  await assertDoctor(t, env, /^failure +Metacontroller .*has ended\n +-> make run$/m)
  await serving.interrupt()
  await serving.interrupt()
})
