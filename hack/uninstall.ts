import { connect } from './cluster/context.ts'
import { isSet } from './cluster/input.ts'
import { uninstall } from './cluster/uninstall.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl } = await connect()
  await uninstall(kubectl, isSet('DELETE_COINFLIPS'))
  return 0
})
