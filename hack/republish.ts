import { connect } from './cluster/context.ts'
import { needCrd } from './cluster/crd.ts'
import { needed } from './cluster/input.ts'
import { republish } from './cluster/resync.ts'
import { settle, unseen } from './cluster/status.ts'
import { counted, say } from './cluster/step.ts'
import { script, warn } from './lib/script.ts'

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
