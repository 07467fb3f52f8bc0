import type { Test } from 'tap'
import { doctor } from '../../lib/cluster/doctor.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { make, startMake } from '../../lib/cluster/make.ts'

const crd = 'crd/coinflips.games.example.com'
const list = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/flips'
const withoutRule = [{ op: 'remove', path: `${list}/x-kubernetes-validations` }]

export default async function cases(t: Test, env: Environment): Promise<void> {
  const onHost = env.needs('metacontroller', 'host')

  t.test('the doctor names an old CRD, and what it says helps', onHost, async (t) => {
    const patch = ['--type=json', '--patch', JSON.stringify(withoutRule)]
    await env.kubectl('patch', crd, ...patch)
    await doctor(t, env, /^failure +CRD .*flips\.x-kubernetes-validations\n +-> make install$/m)
    await make(env.shell, 'install')
    await doctor(t, env)
  })

  t.test('it looks at `make run` as well', onHost, async (t) => {
    t.teardown(() => Promise.all([env.metacontroller.start(), env.operator.install()]))
    await env.operator.remove()
    await env.metacontroller.stop()
    await doctor(
      t,
      env,
      /^failure +Metacontroller +none in the cluster/m,
      /^failure +admission +coinflip-freeze-in-deletion is not there/m,
      /^failure +admission +coinflip-stamp-finalizer is not there/m,
      /^failure +controller +there is none/m,
    )
    const serving = startMake(env.shell, 'run')
    t.teardown(serving.interrupt)
    await serving.says(/^serving context /)
    await doctor(t, env)
    await serving.interrupt()
  })
}
