import { awaitEstablished, coinflips } from './coinflips/crd.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import { apply } from './kube/objects.ts'
import { componentsFor } from './kube/releases.ts'
import { componentFolder, manifests, render } from './kube/render.ts'
import { say, script, step } from './lib/script.ts'

await script(async () => {
  const cluster = await connect()
  requireKubernetesVersion(cluster)
  await step(`applying the CRD ${coinflips}`, async () => {
    const components = componentsFor(cluster.version).map(componentFolder)
    const crds = await render('install', { resources: [`${manifests}/crd`], components })
    await apply(cluster.kubectl, crds)
    await awaitEstablished(cluster.kubectl, [coinflips])
  })
  say(
    'the CRD is installed: `make run` or `make deploy IMG=` serves it, `make samples` creates CoinFlips',
  )
})
