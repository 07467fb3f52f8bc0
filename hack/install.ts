import { applyCrd, coinflips } from './coinflips/crd.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import { say, script, step } from './lib/script.ts'

await script(async () => {
  const cluster = await connect()
  requireKubernetesVersion(cluster)
  await step(`applying the CRD ${coinflips}`, () => applyCrd(cluster.kubectl))
  say(
    'the CRD is installed: `make run` or `make deploy IMG=` serves it, `make samples` creates CoinFlips',
  )
})
