import { createSamples } from './coinflips/samples.ts'
import { awaitSettled } from './coinflips/status.ts'
import { deploy } from './deploy/deploy.ts'
import { deploySettings } from './deploy/settings.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import {
  buildForKind,
  createKindCluster,
  kindContext,
  loadImages,
  requireKind,
} from './kube/kind.ts'
import { say, script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

/** Metacontroller may take half a minute to discover a new kind. */
const settleLimitMs = 90_000

await script(async () => {
  await requireKind()
  const image = await buildForKind()
  await createKindCluster()
  const cluster = await connect(kindContext)
  const { kubectl, namespace } = cluster
  requireKubernetesVersion(cluster)
  await loadImages(image)
  await deploy(cluster, await deploySettings({ IMG: image, TLS: process.env.TLS }), 'pod')
  for (const name of await createSamples(kubectl, namespace))
    if (!(await awaitSettled(kubectl, { namespace, name }, settleLimitMs)))
      throw new UserError(`${name}: the controller has not seen it; run it again to continue`)
  say('ready: `make flip NAME=x`, `make listen`, and `make kind-down` when done')
})
