import { requireCrd } from './coinflips/crd.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import { script } from './lib/script.ts'
import { serveFromHost } from './run/serve.ts'

await script(async () => {
  const cluster = await connect()
  requireKubernetesVersion(cluster)
  await requireCrd(cluster.kubectl, '`make install run`')
  return serveFromHost(cluster)
})
