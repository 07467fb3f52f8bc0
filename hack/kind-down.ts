import { downKind, needKind } from './kube/kind.ts'
import { script } from './lib/script.ts'

await script(async () => {
  await needKind()
  await downKind()
  return 0
})
