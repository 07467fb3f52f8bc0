import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { end, run, start } from '../hack/lib/process.ts'
import { waitFor } from '../hack/lib/wait-for.ts'
import { makeCertificates } from '../server/cluster/certificates.ts'
import { compositeAt, compositePath, startPlayedApi } from './cluster/played-api.ts'

const { SERVICE_ENTRY } = process.env
// The bundle starts in half the time of the source.
const program = SERVICE_ENTRY ? join(dirname(SERVICE_ENTRY), 'cluster.js') : 'server/cluster.ts'
const certificates = await makeCertificates([], ['127.0.0.1'], 1)
const composite = compositeAt('https://coinflip-operator.coinflip-system.svc:8080')

/** The arguments and environment of the program in a pod of an API server. */
async function pod(t: Test, stored: Record<string, object>) {
  const played = await startPlayedApi(t, stored, certificates)
  writeFileSync(join(played.account, 'ca.crt'), certificates.ca)
  const { hostname, port } = new URL(played.url)
  return {
    played,
    args: [program, '--account', played.account],
    env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
  }
}

t.test('calls the API server of its pod over TLS', async (t) => {
  const { args, env } = await pod(t, { [compositePath]: composite })
  const made = await run(process.execPath, [...args, 'certificate'], { env, limitMs: 60_000 })
  t.match(made, { stdout: /^made a certificate for .*\n$/, stderr: '' })
  const again = await run(process.execPath, [...args, 'trust'], { env, limitMs: 60_000 })
  t.match(again, { stdout: /^the certificate for .* is trusted.*\n$/, stderr: '' })
})

t.test('trusts no other API server', async (t) => {
  const { played, args, env } = await pod(t, {})
  const other = await makeCertificates([], ['127.0.0.1'], 1)
  writeFileSync(join(played.account, 'ca.crt'), other.ca)
  const { stderr, failure } = await run(process.execPath, [...args, 'release'], {
    env,
    limitMs: 60_000,
  })
  t.ok(failure)
  t.match(stderr, /^coinflip-operator: GET .*: no answer of the API server \([A-Z_]+\)\n$/)
})

t.test('exits with a line for what it cannot do', async (t) => {
  const { played, args, env } = await pod(t, {})
  for (const [words, more, line] of [
    [['certificate'], {}, /there is no CompositeController coinflip/],
    [['remove'], {}, /the command is one of certificate, trust, release/],
    [[], {}, /the command is one of certificate, trust, release/],
    [
      ['release'],
      { KUBERNETES_SERVICE_HOST: '' },
      /KUBERNETES_SERVICE_HOST is not set: this is no pod/,
    ],
    [
      ['release', '--account', join(played.account, 'none')],
      {},
      /token of the service account is not in .*none \(ENOENT\)/,
    ],
  ] as const) {
    const all = [...args, ...words]
    const result = await run(process.execPath, all, { env: { ...env, ...more }, limitMs: 60_000 })
    t.match(result.failure, line, words.join(' '))
    t.match(result.stderr, /^coinflip-operator: [^\n]+\n$/, 'in one line')
  }
})

t.test('keeps the certificate until SIGTERM, and prints a line for each change', async (t) => {
  const { played, args, env } = await pod(t, {})
  const running = start(process.execPath, [...args, 'certificate', '--keep'], { env })
  const lines: string[] = []
  if (running.child.stdout)
    createInterface(running.child.stdout).on('line', (line) => lines.push(line))
  const printed = (text: RegExp) =>
    waitFor(
      () => lines.findIndex((line) => text.test(line)),
      (i) => i >= 0,
      { what: `${text}` },
    )
  await printed(/^there is no CompositeController/)
  played.objects.set(compositePath, composite)
  await printed(/^made a certificate/)
  t.equal(lines.length, 2)
  t.match(await end(running, 'SIGTERM'), { code: 0 })
})
