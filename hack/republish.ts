import { connectToCoinFlips } from './coinflips/crd.ts'
import { republish } from './coinflips/resync.ts'
import { showStatus } from './coinflips/status.ts'
import { requireVariable } from './lib/input.ts'
import { counted, say, script } from './lib/script.ts'

await script(async () => {
  const name = requireVariable('NAME', 'make republish NAME=name [NAMESPACE=namespace]')
  const { kubectl, namespace } = await connectToCoinFlips()
  const count = await republish(kubectl, { namespace, name })
  say(`${namespace}/${name}  publishing ${counted(count, 'milestone')} again`)
  const condition = `jsonpath={.status.notifications}=${count}`
  await showStatus(kubectl, { namespace, name }, { condition })
})
