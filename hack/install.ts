import { awaitEstablished, coinflips } from './coinflips/crd.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import { ask } from './kube/kubectl.ts'
import { say, script, step } from './lib/script.ts'

await script(async () => {
  const cluster = await connect()
  requireKubernetesVersion(cluster)
  await step(`applying the CRD ${coinflips}`, async () => {
    await ask(cluster.kubectl, 'apply', '--kustomize', 'manifests/crd')
    await awaitEstablished(cluster.kubectl, [coinflips])
  })
  say(
    'the CRD is installed: `make run` or `make deploy IMG=` serves it, `make samples` creates CoinFlips',
  )
})
