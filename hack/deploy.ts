import { connect } from './cluster/context.ts'
import { deploy } from './cluster/deploy.ts'
import { deploySettings } from './cluster/deploy-settings.ts'
import { say } from './cluster/step.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const settings = await deploySettings(process.env)
  await deploy(await connect(), settings)
  say('ready: `make samples`, and `make listen` prints what is published')
  return 0
})
