import { requireCrd } from './coinflips/crd.ts'
import { republish } from './coinflips/resync.ts'
import { awaitSettled, notSeenAdvice } from './coinflips/status.ts'
import { connect } from './kube/context.ts'
import { requireVariable } from './lib/input.ts'
import { script, warn } from './lib/script.ts'
import { counted, say } from './lib/step.ts'

await script(async () => {
  const name = requireVariable('NAME', 'make republish NAME=name [NAMESPACE=namespace]')
  const { kubectl, namespace } = await connect()
  await requireCrd(kubectl)
  const target = { namespace: process.env.NAMESPACE || namespace, name }
  const count = await republish(kubectl, target)
  say(`${target.namespace}/${name}  publishing ${counted(count, 'milestone')} again`)
  if (!(await awaitSettled(kubectl, target, say))) warn(notSeenAdvice)
  return 0
})
