import { connect, needRecent } from './cluster/context.ts'
import { deploy } from './cluster/deploy.ts'
import { deploySettings } from './cluster/deploy-settings.ts'
import { buildForKind, kindContext, loadImages, needKind, upKind } from './cluster/kind.ts'
import { showSamples } from './cluster/show-samples.ts'
import { say } from './cluster/step.ts'
import { script } from './lib/script.ts'

await script(async () => {
  await needKind()
  const image = await buildForKind()
  await upKind()
  const cluster = await connect(kindContext)
  needRecent(cluster)
  await loadImages(image)
  await deploy(cluster, await deploySettings({ IMG: image, TLS: process.env.TLS }), 'pod')
  await showSamples(cluster)
  say('ready: `make flip NAME=x`, `make listen`, and `make kind-down` when done')
  return 0
})
