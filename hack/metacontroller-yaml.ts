/** Prints Metacontroller's own manifests as `make deploy` applies them. */
import { yamlOf } from './kube/objects.ts'
import { requireProgram } from './lib/require-program.ts'
import { script } from './lib/script.ts'
import { renderMetacontroller } from './metacontroller/install.ts'

await script(async () => {
  await requireProgram('kubectl', 'see https://kubernetes.io/docs/tasks/tools/')
  process.stdout.write(yamlOf(await renderMetacontroller()))
})
