/**
 * A program for pods beside the service: it needs a service account, which the service has not.
 *   certificate         has Metacontroller trust the certificate of the hooks, and makes it
 *   certificate --keep  the same every 5 seconds, until SIGTERM
 *   trust [--keep]      the same for a certificate that cert-manager or a person makes
 *   release             ends the work of the operator, so that CoinFlips can be deleted without it
 * It prints a line for each change of the outcome, and exits with 1 for a fault.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Api, type Outcome, openPodApi } from './cluster/api.ts'
import { keepCertificate } from './cluster/certificate.ts'
import { release } from './cluster/release.ts'
import { exitWith } from './exit.ts'

const intervalMs = 5_000

const commands: Record<string, (api: Api) => Promise<Outcome>> = {
  certificate: (api) => keepCertificate(api, true),
  trust: (api) => keepCertificate(api, false),
  release: (api) => release(api),
}

async function keep(pass: () => Promise<Outcome>): Promise<never> {
  // As process 1 it would ignore the signal otherwise.
  process.once('SIGTERM', () => process.exit(0))
  let printed = ''
  for (;;) {
    const outcome = await pass()
    const line = 'fault' in outcome ? outcome.fault : outcome.done
    if (line !== printed) process.stdout.write(`${line}\n`)
    printed = line
    await delay(intervalMs)
  }
}

const { values, positionals } = parseArgs({
  strict: false,
  options: {
    keep: { type: 'boolean' },
    account: { type: 'string', default: '/var/run/secrets/kubernetes.io/serviceaccount' },
  },
})
const run = commands[positionals.join()]
if (!run) exitWith(`the command is one of ${Object.keys(commands).join(', ')}`)
const api = openPodApi(`${values.account}`, process.env)
if ('fault' in api) exitWith(api.fault)
if (values.keep) await keep(() => run(api))
const outcome = await run(api)
if ('fault' in outcome) exitWith(outcome.fault)
process.stdout.write(`${outcome.done}\n`)
