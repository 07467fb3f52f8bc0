/**
 * `zx hack/bench-e2e.ts` measures the whole operator beside one on controller-runtime, each on a
 * real control plane of its own, and writes docs/performance.md. COUNT=1000,5000 and ROUNDS=3
 * say how much; QUICK=1 takes 200 objects, one round, prints and writes nothing.
 */

import { e2eReport } from './bench/e2e/report.ts'
import { contestants, type Result, runContestant } from './bench/e2e/run.ts'
import { machineLine } from './bench/machine.ts'
import { fillPage } from './bench/page.ts'
import { prepare } from './bench/stand.ts'
import { findAssets } from './e2e/assets.ts'
import { findManifests, findMetacontroller } from './e2e/metacontroller.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { script, scriptArguments, spin } from './lib/script.ts'
import { Stop } from './lib/stop.ts'

const quick = scriptArguments().includes('--quick') || Boolean(process.env.QUICK)
const { COUNT = quick ? '200' : '1000,5000', ROUNDS = quick ? '1' : '3' } = process.env
const appends = quick ? 40 : 300

function need(value: string | undefined, what: string): string {
  if (!value) throw new Stop(`bench-e2e: ${what} is needed`)
  return value
}

await script(async () => {
  const assets = await findAssets(process.env)
  process.env.PATH = `${assets}:${process.env.PATH}`
  const natsServer = need(await findNatsServer(), 'a NATS server')
  const found = {
    ...(await findMetacontroller(process.env)),
    ...(await findManifests(process.env)),
  }
  const stand = await spin('building', () => prepare({ pin: false }))
  const go = stand.go
  if (!go) throw new Stop('bench-e2e: Go is needed for the operator to compare with')
  const options = {
    stand,
    metacontroller: need(found.METACONTROLLER_BIN, 'a Metacontroller (METACONTROLLER_BIN)'),
    manifests: need(found.METACONTROLLER_MANIFESTS, "Metacontroller's manifests"),
    operatorGo: await spin('building the Go operator', () => go.build('operator-go', './cmd')),
    assets,
    natsServer,
    appends,
  }
  const results: Result[] = []
  for (const count of COUNT.split(',').map(Number))
    for (let round = 0; round < Number(ROUNDS); round++)
      for (const contestant of contestants) {
        const result = await runContestant(contestant, { ...options, count })
        results.push(result)
        const rate = (count / result.seconds).toFixed(0)
        process.stdout.write(`${count} objects, ${contestant.name}: ${rate} a second\n`)
      }
  await stand.broker.stop()
  const versions = {
    Go: go.version,
    'controller-runtime': await go.versionOf('operator-go', 'sigs.k8s.io/controller-runtime'),
    Metacontroller: found.METACONTROLLER_VERSION,
    'nats-server': stand.natsVersion,
  }
  const report = e2eReport(results, machineLine(versions))
  process.stdout.write(`\n${report}\n`)
  if (!quick) fillPage('docs/performance.md', 'bench-e2e', report)
  return 0
})
