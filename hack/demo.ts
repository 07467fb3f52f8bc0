import { styleText } from 'node:util'
import { runScenario } from './demo/scenario.ts'
import { startBroker } from './lib/broker.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { faultsOf, judge } from './lib/oracle.ts'
import { readStream } from './lib/read-stream.ts'
import { say, script, warn } from './lib/script.ts'
import { startService } from './lib/service.ts'

const stream = 'COINFLIPS'
const title = 'Three tails in a row become one message: none is lost, none is sent twice.'

await script(async () => {
  const binary = await findNatsServer()
  const broker = await startBroker({ binary })
  const service = await startService({ env: { NATS_URL: broker.url, NATS_STREAM: stream } })
  say(styleText('bold', title))
  say()
  say(`     operator        ${service.url}, the real one, in a process of its own`)
  say(`     nats-server     ${broker.url}, the real one, with JetStream on disk`)
  say('     Metacontroller  simulated by this demo: no cluster is needed')

  const coin = await runScenario(service.url, broker, stream)
  const held = await readStream(broker.url, stream)
  const verdict = judge([coin], held)
  const faults = faultsOf(verdict)
  if (!coin.isGone) faults.push('the deletion was not allowed')
  await service.stop()
  await broker.stop()

  say()
  for (const fault of faults) warn(`demo: ${fault}`)
  const sum = `${verdict.expected} runs of three tails, ${held.length} messages in the stream`
  if (faults.length > 0) {
    warn(`demo: ${sum}`)
    return 1
  }
  say(styleText(['bold', 'green'], `${sum}: none missing, none twice.`))
  say('To play by hand: make dev')
  return 0
})
