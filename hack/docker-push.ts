import { imageName, requireDocker } from './lib/image.ts'
import { runInTerminal } from './lib/process.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const image = imageName('docker-push', process.env)
  await requireDocker()
  return runInTerminal('docker', ['push', image])
})
