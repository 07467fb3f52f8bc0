import { requireDocker, runDocker } from './lib/docker.ts'
import { imageName } from './lib/image.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const image = imageName('docker-push', process.env)
  await requireDocker()
  return runDocker(['push', image])
})
