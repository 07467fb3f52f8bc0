import { deleteKindCluster, requireKind } from './kube/kind.ts'
import { script } from './lib/script.ts'

await script(async () => {
  await requireKind()
  await deleteKindCluster()
})
