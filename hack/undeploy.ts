import { connect } from './cluster/context.ts'
import { isSet } from './cluster/input.ts'
import { undeploy } from './cluster/undeploy.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl } = await connect()
  await undeploy(kubectl, isSet('FORCE'))
  return 0
})
