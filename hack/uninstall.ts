import { uninstall } from './deploy/uninstall.ts'
import { connect } from './kube/context.ts'
import { isSet } from './lib/input.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl } = await connect()
  await uninstall(kubectl, isSet('DELETE_COINFLIPS'))
})
