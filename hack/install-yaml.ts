/** Prints everything that belongs into a cluster beside Metacontroller, with the image IMG. */
import { imageReplacement } from './deploy/compose.ts'
import { yamlOf } from './kube/objects.ts'
import { manifests, render } from './kube/render.ts'
import { imageName } from './lib/image.ts'
import { requireProgram } from './lib/require-program.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const image = imageName('install-yaml', process.env)
  await requireProgram('kubectl', 'see https://kubernetes.io/docs/tasks/tools/')
  const objects = await render('install-yaml', {
    resources: [`${manifests}/overlays/default`],
    images: [imageReplacement(image)],
  })
  process.stdout.write(yamlOf(objects))
  return 0
})
