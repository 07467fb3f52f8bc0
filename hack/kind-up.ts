import { showSamples } from './coinflips/show-samples.ts'
import { deploy } from './deploy/deploy.ts'
import { deploySettings } from './deploy/settings.ts'
import { connect, needRecent } from './kube/context.ts'
import { buildForKind, kindContext, loadImages, needKind, upKind } from './kube/kind.ts'
import { script } from './lib/script.ts'
import { say } from './lib/step.ts'

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
