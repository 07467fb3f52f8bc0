import { needCrd } from './coinflips/crd.ts'
import { republish } from './coinflips/resync.ts'
import { settle, unseen } from './coinflips/status.ts'
import { connect } from './kube/context.ts'
import { needed } from './lib/input.ts'
import { script, warn } from './lib/script.ts'
import { counted, say } from './lib/step.ts'

await script(async () => {
  const name = needed('NAME', 'make republish NAME=name [NAMESPACE=namespace]')
  const { kubectl, namespace } = await connect()
  await needCrd(kubectl)
  const target = { namespace: process.env.NAMESPACE || namespace, name }
  const count = await republish(kubectl, target)
  say(`${target.namespace}/${name}  publishing ${counted(count, 'milestone')} again`)
  if (!(await settle(kubectl, target, say))) warn(unseen)
  return 0
})
