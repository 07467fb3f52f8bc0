/**
 * Prints everything that belongs into a cluster beside Metacontroller, with the image IMG. COMPONENTS
 * names folders of manifests/components to add, separated by commas.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { renderInstall } from './deploy/render-install.ts'
import { yamlOf } from './kube/objects.ts'
import { imageName } from './lib/image.ts'
import { requireProgram } from './lib/require-program.ts'
import { root } from './lib/root.ts'
import { script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

await script(async () => {
  const image = imageName('install-yaml', process.env)
  const components = (process.env.COMPONENTS ?? '').split(',').filter(Boolean)
  const unknown = components.find((name) => !existsSync(join(root, 'manifests/components', name)))
  if (unknown) throw new UserError(`install-yaml: there is no manifests/components/${unknown}`)
  await requireProgram('kubectl', 'see https://kubernetes.io/docs/tasks/tools/')
  process.stdout.write(yamlOf(await renderInstall(image, components)))
})
