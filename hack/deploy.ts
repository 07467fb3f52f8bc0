import { deploy } from './deploy/deploy.ts'
import { deploySettings } from './deploy/settings.ts'
import { connect } from './kube/context.ts'
import { say, script } from './lib/script.ts'

await script(async () => {
  const settings = await deploySettings(process.env)
  await deploy(await connect(), settings)
  say('ready: `make samples`, and `make listen` prints what is published')
  return 0
})
