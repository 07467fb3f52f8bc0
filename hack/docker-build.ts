import { buildImage, imageName } from './lib/image.ts'
import { script } from './lib/script.ts'

await script(() => buildImage(imageName('docker-build', process.env), process.env))
