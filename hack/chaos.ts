import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { playWorld } from '../test/chaos/world.ts'
import { chooseWorld } from './chaos/choose.ts'
import { breed, mutants } from './chaos/mutants.ts'
import { isKept } from './chaos/oracle.ts'
import { isClean } from './chaos/report.ts'
import { type RunOptions, run } from './chaos/run.ts'
import { full, type Size, short } from './chaos/size.ts'
import { align, reportLines } from './chaos/table.ts'
import { makeCertificates } from './lib/certificates.ts'
import { onExitRemove } from './lib/exit.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { script, spin, warn } from './lib/script.ts'
import { Stop } from './lib/stop.ts'

const { SEED, SIZE = 'full', MUTANTS, TLS, RESYNC } = process.env
const sizes: Record<string, Size> = { full, short }
const say = (line = '') => void process.stdout.write(`${line}\n`)

/** A mutant may be lucky once; chance plays a part in what a plan comes to. */
const mostTries = 3

/** Runs every mutant in the short form; answers how many were judged wrongly. */
async function tryMutants(options: RunOptions): Promise<number> {
  const rows = [['mutant', 'found', 'seed', 'lost', 'doubled', 'out of order', 'verdict']]
  let wrong = 0
  for (const mutant of mutants) {
    const { entry, remove } = await breed(mutant)
    const tryWith = (seed: number) =>
      spin(mutant.name, () =>
        run({ ...options, seed, entry, size: short, startWorld: playWorld, say: () => {} }),
      )
    let report = await tryWith(options.seed)
    for (let tries = 1; mutant.harmful && isKept(report.verdict) && tries < mostTries; tries++)
      report = await tryWith(options.seed + tries)
    await remove()
    const found = !isKept(report.verdict)
    const { lost, doubled, disordered } = report.verdict
    const counts = [report.seed, lost.length, doubled.length, disordered.length].map(String)
    const right = found === mutant.harmful
    if (!right) wrong += 1
    rows.push([mutant.name, found ? 'yes' : 'no', ...counts, right ? 'right' : 'WRONG'])
  }
  for (const line of align(rows)) say(line)
  return wrong
}

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

await script(async () => {
  const size = sizes[SIZE]
  if (!size) throw new Stop(`SIZE=${SIZE}: it must be one of ${Object.keys(sizes).join(', ')}`)
  for (const [name, text] of Object.entries({ SEED, RESYNC }))
    if (text && !/^\d+$/.test(text)) throw new Stop(`${name}=${text}: it must be a whole number`)
  const natsServer = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!natsServer) return 1
  const seed = Number(SEED || Math.floor(Math.random() * 1e6))
  say(`seed ${seed}: make chaos SEED=${seed} runs the same plan again, with the same settings`)
  const tls = TLS ? await certify() : undefined
  const { startWorld, why } = chooseWorld({ env: process.env, certificates: tls?.certificates })
  const settings = { ...size.settings, ...tls?.settings }
  const options: RunOptions = { seed, size: { ...size, settings }, natsServer, startWorld, say }
  if (MUTANTS) return (await tryMutants(options)) === 0 ? 0 : 1

  if (why && TLS) throw new Stop(`TLS needs a real Metacontroller: ${why}`)
  if (why) say(`Metacontroller and API server are played by this run: ${why}`)
  const report = await run(options)
  say()
  for (const line of reportLines(report)) say(line)
  return isClean(report) ? 0 : 1
})
