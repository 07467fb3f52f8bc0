import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isOk } from '../hack/lib/is-ok.ts'
import { root } from '../hack/lib/root.ts'
import { startService } from '../hack/lib/service.ts'
import { waitFor } from '../hack/lib/wait-for.ts'
import { readDeployment } from './lib/deployment.ts'

const ofPod = `${readDeployment().env.NODE_OPTIONS}`
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const [, ofImage = ''] = /^ENV .*\bNODE_OPTIONS=(\S+)$/m.exec(dockerfile) ?? []

t.ok(
  ofPod.split(' ').includes(ofImage),
  'the pod repeats the option of the image, which it overrides',
)

t.test('opens no inspector on SIGUSR1, and keeps running', async (t) => {
  const start = async (NODE_OPTIONS: string) => {
    const service = await startService({ env: { NATS_URL: 'nats://127.0.0.1:1', NODE_OPTIONS } })
    t.teardown(() => service.kill())
    process.kill(service.pid, 'SIGUSR1')
    return service
  }
  const isOpen = (line: string) => line.startsWith('Debugger listening on ')
  const services = [await start(ofImage), await start(ofPod)]
  // Its open inspector shows that the other's, which got the signal before, would be open.
  const usual = await start('--inspect-port=0')
  t.ok(
    await waitFor(async () => usual.log.some(isOpen), Boolean),
    'without the option the inspector opens',
  )
  for (const { log, adminUrl } of services) {
    t.ok(await isOk(`${adminUrl}/livez`), 'the service answers')
    t.notOk(log.some(isOpen), 'no inspector is open')
  }
})
