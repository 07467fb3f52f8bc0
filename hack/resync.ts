import { requireCrd } from './coinflips/crd.ts'
import { resync, resyncAll } from './coinflips/resync.ts'
import { awaitSettled, notSeenAdvice } from './coinflips/status.ts'
import { connect } from './kube/context.ts'
import { script, warn } from './lib/script.ts'
import { counted, say } from './lib/step.ts'

const { NAME: name, NAMESPACE: namespace } = process.env

await script(async () => {
  const { kubectl, namespace: usual } = await connect()
  await requireCrd(kubectl)
  if (!name) {
    const count = await resyncAll(kubectl, namespace)
    say(`${counted(count, 'CoinFlip')} touched${namespace ? ` in ${namespace}` : ''}`)
    return 0
  }
  const target = { namespace: namespace || usual, name }
  await resync(kubectl, target)
  if (!(await awaitSettled(kubectl, target, say))) warn(notSeenAdvice)
  return 0
})
