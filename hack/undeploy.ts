import { undeploy } from './deploy/undeploy.ts'
import { connect } from './kube/context.ts'
import { isSet } from './lib/input.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl } = await connect()
  await undeploy(kubectl, isSet('FORCE'))
})
