/**
 * `zx test/chaos/chaos.ts` injects a plan of faults into real processes and counts every message.
 * SEED= repeats a plan, SIZE=short takes 20 s and simulates Metacontroller and the API server,
 * BROKERS=3 starts a cluster of nats-servers, MUTANTS=1 runs services with a mistake in them, FLOODS=1
 * adds hostile callers. Only mutants, and full runs with a real Metacontroller, write
 * docs/reliability.md.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from '../../hack/lib/build-service.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { writeCertificates } from '../lib/certificate-files.ts'
import { readDeployment } from '../lib/deployment.ts'
import { requirePrograms } from '../lib/plane/programs.ts'
import { align } from '../lib/table.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { startRealCluster } from './real/cluster.ts'
import { mutantsSection, runSection, versionsWith, writeSection } from './reliability-page.ts'
import { problemsOf } from './report.ts'
import { reportLines } from './report-rows.ts'
import { type RunOptions, run } from './run.ts'
import { mutantHead, mutantRows, runMutants } from './run-mutants.ts'
import { full, type RunSize, short, withElections } from './run-size.ts'
import { simulateCluster } from './simulate-cluster.ts'

const { SIZE = 'full', BROKERS = '1', MUTANTS, FLOODS } = process.env
const sizes: Record<string, RunSize> = { full, short }

/** The service as its pod runs it: built, over https for HTTP/2, with the limits of its Deployment. */
async function prepareForFloods() {
  const { env, memoryBytes } = readDeployment()
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-chaos-'))
  onExitRemove(dir)
  const { ca, settings } = await writeCertificates(dir)
  return {
    entry: await buildService(dir),
    settings: { NODE_OPTIONS: env.NODE_OPTIONS ?? '', MAX_DELAY_MS: '', ...settings },
    ca,
    limitMb: memoryBytes / 2 ** 20,
  }
}

/** The size that the settings ask for. */
function chooseSize(): RunSize {
  const size = sizes[SIZE]
  if (!size) throw new UserError(`SIZE=${SIZE}: it must be one of ${Object.keys(sizes).join(', ')}`)
  if (!['1', '3'].includes(BROKERS)) throw new UserError(`BROKERS=${BROKERS}: it must be 1 or 3`)
  const withTime = BROKERS === '1' ? size : withElections(size)
  return MUTANTS ? { ...withTime, changedAlone: 0 } : withTime
}

/** Why Metacontroller and the API server have to be simulated. */
function whySimulated(): string | undefined {
  // A real Metacontroller does not have the pace of the short form.
  if (SIZE === 'short') return 'SIZE=short'
  const variables = ['KUBEBUILDER_ASSETS', 'METACONTROLLER_BIN', 'METACONTROLLER_MANIFESTS']
  const missing = variables.find((name) => !process.env[name])
  return missing && `${missing} is not set`
}

await script(async () => {
  const size = chooseSize()
  const seed = readWholeNumber('SEED', Math.floor(Math.random() * 1e6), { minimum: 0 })
  const natsServer = await findNatsServer()
  const given = Object.entries({ SIZE, BROKERS, MUTANTS, FLOODS })
    .filter(([name]) => process.env[name])
    .map((pair) => pair.join('='))
  const command = ['make chaos', `SEED=${seed}`, ...given].join(' ')
  say(`seed ${seed}: ${command} runs the same plan again`)
  const why = whySimulated()
  if (why) say(`Metacontroller and API server are simulated: ${why}`)
  const programs = why ? undefined : await requirePrograms(process.env)
  const flooded = FLOODS ? await prepareForFloods() : undefined
  const ca = flooded?.ca
  const options: RunOptions = {
    seed,
    size: { ...size, settings: { ...size.settings, ...flooded?.settings } },
    natsServer,
    brokers: Number(BROKERS),
    startCluster: (hooksPort, pace) =>
      programs
        ? startRealCluster({ ...programs, hooksPort, ca })
        : simulateCluster(hooksPort, pace, ca),
    entry: flooded?.entry,
    floods: flooded,
    say: MUTANTS ? () => {} : say,
  }
  const versions = programs ? await versionsWith(programs, natsServer) : {}
  if (MUTANTS) {
    const results = await runMutants(options, (name, work) => {
      say(name)
      return spin('running', work)
    })
    for (const line of align([mutantHead, ...mutantRows(results)])) say(line)
    writeSection('mutants', mutantsSection(results, command), versions)
    return results.every(({ isExpected }) => isExpected) ? 0 : 1
  }
  const report = await run(options)
  say()
  for (const line of reportLines(report)) say(line)
  const section = FLOODS ? 'chaos-floods' : BROKERS === '1' ? 'chaos' : 'r3'
  if (programs) writeSection(section, runSection(report, command), versions)
  return problemsOf(report).length === 0 ? 0 : 1
})
