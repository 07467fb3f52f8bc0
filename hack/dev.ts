import { createInterface } from 'node:readline'
import pretty from 'pino-pretty'
import { announceNats } from './coinflips/broker-access.ts'
import { startBroker } from './lib/broker.ts'
import { nextSignal } from './lib/exit.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { end, start } from './lib/process.ts'
import { script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { startPlayground } from './playground/server.ts'

const { HOST = '127.0.0.1', PORT = '8080', ADMIN_PORT = '9090' } = process.env
const hooks = `http://${HOST}:${PORT}`
const stream = process.env.NATS_STREAM || 'COINFLIPS'

function playgroundPort(): number {
  const given = process.env.PLAYGROUND_PORT || '8000'
  const port = Number(given)
  if (/^\d+$/.test(given) && port < 65_536) return port
  throw new UserError('PLAYGROUND_PORT has to be a port from 0 to 65535; 0 takes a free one')
}

function hints(playground: string, broker: string): string {
  const parent = `{"metadata":{"namespace":"default","name":"a","uid":"1"},"spec":{"flips":["Tails","Tails","Tails"]}}`
  const elsewhere = PORT === '8080' ? '' : `HOOK_URL=${hooks}/sync `
  return `
  Open ${playground} in a browser

  A changed file restarts the service; Ctrl-C ends everything. By hand, in another terminal:

  curl -s ${hooks}/sync -H 'content-type: application/json' -d '{"parent":${parent}}'
  echo 'spec: {flips: [Heads, Tails, Tails, Tails]}' | ${elsewhere}npm run --silent sync -- -

  hooks        ${hooks}/sync and /finalize, to try out at ${hooks}/docs
  admin        http://${HOST}:${ADMIN_PORT}/livez, /readyz, /metrics
  nats-server  ${broker}, kept in .run/nats-url as long as this runs

`
}

await script(async () => {
  const port = playgroundPort()
  const binary = await findNatsServer()
  const signal = nextSignal()
  const broker = await startBroker({ binary })
  const playground = await startPlayground({ port, hooks, broker, stream })
  await announceNats(broker.url)

  const env = { LOG_LEVEL: 'debug', ...process.env, NATS_URL: broker.url }
  const watched = ['--watch', '--watch-preserve-output', 'server/main.ts']
  const service = start(process.execPath, watched, { env })
  const log = pretty({
    colorize: process.stdout.isTTY,
    ignore: 'pid,hostname',
    translateTime: 'HH:MM:ss',
    singleLine: true,
  })
  service.child.stdout?.pipe(log)
  service.child.stderr?.pipe(process.stderr)
  let isIntroduced = false
  if (service.child.stdout)
    createInterface(service.child.stdout).on('line', (line) => {
      if (isIntroduced || !line.includes('"msg":"listening"')) return
      isIntroduced = true
      process.stdout.write(hints(playground.url, broker.url))
    })

  await Promise.race([signal, service.ended])
  await end(service, 'SIGTERM')
  await playground.stop()
  await broker.stop()
})
