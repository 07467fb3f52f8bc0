/**
 * `zx test/chaos/chaos.ts` runs a plan of faults on real processes and counts every message. SEED=
 * replays a plan, SIZE=short takes 20 s, BROKERS=3 takes a cluster of nats-servers, MUTANTS=1 runs
 * services with a mistake in them, TLS=1 has the hooks speak https, RESYNC= sets another
 * `resyncPeriodSeconds`, FLOODS=1 has hostile callers at work as well, DRIVER=played does without a real Metacontroller, as SIZE=short always
 * does. Only mutants, and full runs with a real one as shipped, write docs/reliability.md.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from '../../hack/lib/build-service.ts'
import { makeCertificates } from '../../hack/lib/certificates.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { script, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { readDeployment } from '../lib/deployment.ts'
import { align } from '../lib/table.ts'
import { chooseWorld } from './choose.ts'
import { mutantsPart, runPart, writeFigures } from './page.ts'
import { versionsOf } from './real/versions.ts'
import { isClean } from './report.ts'
import { reportLines } from './report-lines.ts'
import { type RunOptions, run } from './run.ts'
import { full, type Size, short, withElections } from './size.ts'
import { trialHead, trialRows, tryMutants } from './try-mutants.ts'

const { SEED, SIZE = 'full', BROKERS = '1', MUTANTS, TLS, RESYNC, DRIVER, FLOODS } = process.env
const sizes: Record<string, Size> = { full, short }
const say = (line = '') => void process.stdout.write(`${line}\n`)

/** Writes a certificate for the hooks into a temporary folder. */
async function certify() {
  const certificates = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-chaos-tls-'))
  onExitRemove(dir)
  const settings = { TLS_CERT_FILE: join(dir, 'tls.crt'), TLS_KEY_FILE: join(dir, 'tls.key') }
  writeFileSync(settings.TLS_CERT_FILE, certificates.cert)
  writeFileSync(settings.TLS_KEY_FILE, certificates.key, { mode: 0o600 })
  return { certificates, settings }
}

/** The service as its pod runs it, with its bounds of memory and of the event loop's delay. */
async function asDeployed() {
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
function chooseSize(): Size {
  const size = sizes[SIZE]
  if (!size) throw new UserError(`SIZE=${SIZE}: it must be one of ${Object.keys(sizes).join(', ')}`)
  for (const [name, text] of Object.entries({ SEED, RESYNC }))
    if (text && !/^\d+$/.test(text))
      throw new UserError(`${name}=${text}: it must be a whole number`)
  if (!['1', '3'].includes(BROKERS)) throw new UserError(`BROKERS=${BROKERS}: it must be 1 or 3`)
  const elected = BROKERS === '1' ? size : withElections(size)
  return MUTANTS ? { ...elected, changedAlone: 0 } : elected
}

await script(async () => {
  const size = chooseSize()
  const natsServer = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!natsServer) return 1
  const seed = Number(SEED || Math.floor(Math.random() * 1e6))
  const asked = Object.entries({ SIZE, BROKERS, MUTANTS, TLS, RESYNC, DRIVER, FLOODS }).filter(
    ([name]) => process.env[name],
  )
  const command = ['make chaos', ...[['SEED', seed], ...asked].map((pair) => pair.join('='))]
  say(`seed ${seed}: ${command.join(' ')} runs the same plan again`)
  const played = asked.find(([, value]) => value === 'played' || value === 'short')
  // Hostile callers speak HTTP/2 as well.
  const tls = TLS || FLOODS ? await certify() : undefined
  const { startWorld, parts, why } = chooseWorld({
    env: process.env,
    certificates: tls?.certificates,
    // The short form goes at a pace that a real Metacontroller does not have.
    whyPlayed: played?.join('='),
  })
  if (why) say(`Metacontroller and API server are played by this run: ${why}`)
  const flooded = FLOODS && tls ? await asDeployed() : undefined
  const settings = { ...size.settings, ...tls?.settings, ...flooded?.settings }
  const brokers = Number(BROKERS)
  const options: RunOptions = {
    seed,
    size: { ...size, settings },
    natsServer,
    brokers,
    startWorld,
    ...(flooded && { entry: flooded.entry }),
    floods: flooded && tls && { ca: tls.certificates.ca, limitMb: flooded.limitMb },
    say: MUTANTS ? () => {} : say,
  }
  const write = async (name: string, text: string) => {
    if (parts && SIZE === 'full' && !RESYNC)
      writeFigures(name, text, await versionsOf(parts, natsServer))
  }
  if (MUTANTS) {
    const trials = await tryMutants(options, (name, work) => {
      say(name)
      return spin('running', work)
    })
    for (const line of align([trialHead, ...trialRows(trials)])) say(line)
    const versions = parts ? await versionsOf(parts, natsServer) : {}
    writeFigures('mutants', mutantsPart(trials, command.join(' ')), versions)
    return trials.every(({ right }) => right) ? 0 : 1
  }
  const report = await run(options)
  say()
  for (const line of reportLines(report)) say(line)
  const part = FLOODS ? 'chaos-floods' : brokers > 1 ? 'r3' : 'chaos'
  await write(part, runPart(report, command.join(' ')))
  return isClean(report) ? 0 : 1
})
