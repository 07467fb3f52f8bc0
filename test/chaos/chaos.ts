/**
 * `zx test/chaos/chaos.ts` injects a plan of faults into real processes and counts every message.
 * SEED= repeats a plan, SIZE=short takes 20 s, BROKERS=3 starts a cluster of nats-servers, MUTANTS=1
 * runs services with a mistake in them, TLS=1 serves the hooks over https, RESYNC= sets another
 * `resyncPeriodSeconds`, FLOODS=1 adds hostile callers, SIMULATED=1 does without a real
 * Metacontroller, as SIZE=short always does. Only mutants, and full runs with a real Metacontroller
 * as shipped, write docs/reliability.md.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from '../../hack/lib/build-service.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { readDeployment } from '../lib/deployment.ts'
import { align } from '../lib/table.ts'
import { chooseCluster } from './choose-cluster.ts'
import { reportLines } from './print-report.ts'
import { versionsOf } from './real/versions.ts'
import { mutantsSection, runSection, writeSection } from './reliability-page.ts'
import { problemsOf } from './report.ts'
import { type RunOptions, run } from './run.ts'
import { mutantHead, mutantRows, runMutants } from './run-mutants.ts'
import { full, type RunSize, short, withElections } from './run-size.ts'

const { SEED, SIZE = 'full', BROKERS = '1', MUTANTS, TLS, RESYNC, SIMULATED, FLOODS } = process.env
const sizes: Record<string, RunSize> = { full, short }

/** Writes a certificate for the hooks to a temporary folder. */
async function makeHookCertificates() {
  const certificates = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-chaos-tls-'))
  onExitRemove(dir)
  const settings = { TLS_CERT_FILE: join(dir, 'tls.crt'), TLS_KEY_FILE: join(dir, 'tls.key') }
  writeFileSync(settings.TLS_CERT_FILE, certificates.cert)
  writeFileSync(settings.TLS_KEY_FILE, certificates.key, { mode: 0o600 })
  return { certificates, settings }
}

/** The service as its pod runs it: built, and with the limits of its Deployment. */
async function buildAsDeployed() {
  const { env, memoryBytes } = readDeployment()
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-chaos-service-'))
  onExitRemove(dir)
  return {
    entry: await buildService(dir),
    settings: { NODE_OPTIONS: env.NODE_OPTIONS ?? '', MAX_DELAY_MS: '' },
    limitMb: memoryBytes / 2 ** 20,
  }
}

/** The size that the settings ask for. */
function chooseSize(): RunSize {
  const size = sizes[SIZE]
  if (!size) throw new UserError(`SIZE=${SIZE}: it must be one of ${Object.keys(sizes).join(', ')}`)
  for (const [name, text] of Object.entries({ SEED, RESYNC }))
    if (text && !/^\d+$/.test(text))
      throw new UserError(`${name}=${text}: it must be a whole number`)
  if (!['1', '3'].includes(BROKERS)) throw new UserError(`BROKERS=${BROKERS}: it must be 1 or 3`)
  const withTime = BROKERS === '1' ? size : withElections(size)
  return MUTANTS ? { ...withTime, changedAlone: 0 } : withTime
}

await script(async () => {
  const size = chooseSize()
  const natsServer = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!natsServer) return 1
  const seed = Number(SEED || Math.floor(Math.random() * 1e6))
  const given = Object.entries({ SIZE, BROKERS, MUTANTS, TLS, RESYNC, SIMULATED, FLOODS })
    .filter(([name]) => process.env[name])
    .map((pair) => pair.join('='))
  const command = ['make chaos', `SEED=${seed}`, ...given].join(' ')
  say(`seed ${seed}: ${command} runs the same plan again`)
  // Hostile callers speak HTTP/2 as well.
  const tls = TLS || FLOODS ? await makeHookCertificates() : undefined
  const { startCluster, programs, why } = chooseCluster({
    env: process.env,
    certificates: tls?.certificates,
    // A real Metacontroller does not have the pace of the short form.
    whySimulated: given.find((text) => text === 'SIZE=short' || text.startsWith('SIMULATED=')),
  })
  if (why) say(`Metacontroller and API server are simulated: ${why}`)
  const flooded = FLOODS && tls ? await buildAsDeployed() : undefined
  const settings = { ...size.settings, ...tls?.settings, ...flooded?.settings }
  const brokers = Number(BROKERS)
  const options: RunOptions = {
    seed,
    size: { ...size, settings },
    natsServer,
    brokers,
    startCluster,
    ...(flooded && { entry: flooded.entry }),
    floods: flooded && tls && { ca: tls.certificates.ca, limitMb: flooded.limitMb },
    say: MUTANTS ? () => {} : say,
  }
  const versions = programs ? await versionsOf(programs, natsServer) : {}
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
  say('')
  for (const line of reportLines(report)) say(line)
  const section = FLOODS ? 'chaos-floods' : brokers > 1 ? 'r3' : 'chaos'
  if (programs && SIZE === 'full' && !RESYNC)
    writeSection(section, runSection(report, command), versions)
  return problemsOf(report).length === 0 ? 0 : 1
})
