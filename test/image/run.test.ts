import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { run } from '../../hack/lib/process.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { openObserver, startServer } from '../lib/real-broker.ts'
import { recorded } from '../lib/recorded.ts'
import { startContainer } from './container.ts'
import { image } from './image.ts'

t.setTimeout(120_000)

const call = recorded('sync-third-tail')
const body = JSON.stringify(call.body)
const { 'content-length': _, host: __, ...headers } = call.headers
const { uid, generation } = call.body.parent.metadata
const expected = { status: { milestones: 1, notifications: 1, observedGeneration: generation } }
const stored = [{ id: `${uid}.4`, type: 'com.example.games.coinflip.threetails.v1' }]

/** A certificate for loopback in files that the container's user may read. */
async function certificateFiles() {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-tls-'))
  onExitRemove(dir)
  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 1)
  await writeFile(join(dir, 'tls.crt'), cert)
  await writeFile(join(dir, 'tls.key'), key, { mode: 0o644 })
  await chmod(dir, 0o755)
  const env = { TLS_CERT_FILE: '/tls/tls.crt', TLS_KEY_FILE: '/tls/tls.key' }
  return { ca, env, mounts: [`${dir}:/tls:ro`] }
}

/** POSTs the recorded call over HTTP/2. */
async function postHttp2(t: Test, host: string, ca: string) {
  const session = connect(`https://${host}`, { ca })
  t.teardown(() => session.destroy())
  const stream = session.request({ ...headers, ':method': 'POST', ':path': '/sync' })
  stream.end(body)
  const answer = await text(stream)
  return { protocol: session.alpnProtocol, answer: JSON.parse(answer) }
}

/** POSTs the recorded call over HTTP/1.1 and TLS. */
function postHttp1(host: string, ca: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const post = request(`https://${host}/sync`, { method: 'POST', headers, ca, agent: false })
    post.on('response', (response) => text(response).then(JSON.parse).then(resolve, reject))
    post.on('error', reject)
    post.end(body)
  })
}

t.test('answers a recorded call over http, and ends with 0 on SIGTERM', async (t) => {
  const nats = await startServer(t)
  const container = await startContainer(t, { NATS_URL: nats.url })
  t.comment(`ready after ${container.readyMs} ms`)

  const response = await fetch(`http://${container.host}/sync`, { method: 'POST', headers, body })
  t.equal(response.status, 200)
  t.match(await response.json(), expected)
  t.match(await (await openObserver(t, nats.url)).events(), stored, 'the stream holds the message')
  t.equal(
    (await fetch(`http://${container.host}/docs`)).status,
    404,
    'there is no /docs in production',
  )

  t.match(
    await container.evaluate(`{
      uid: process.getuid(),
      gid: process.getgid(),
      one: fs.readFileSync('/proc/1/cmdline', 'utf8').split('\\0').slice(0, 2),
      capabilities: /^CapEff:\\s*(.*)$/m.exec(fs.readFileSync('/proc/1/status', 'utf8'))[1],
      root: /^\\S+ \\/ \\S+ (ro|rw)/m.exec(fs.readFileSync('/proc/1/mounts', 'utf8'))[1],
    }`),
    {
      uid: 65532,
      gid: 65532,
      one: ['/nodejs/bin/node', 'dist/main.js'],
      capabilities: /^0+$/,
      root: 'ro',
    },
    'process 1 is the service itself, without rights, on a read-only file system',
  )

  await container.evaluate("process.kill(1, 'SIGUSR1')")
  const { code, cause, afterMs } = await container.stop()
  t.notOk(
    container.log.some((line) => line.includes('Debugger')),
    'SIGUSR1 opens no inspector',
  )
  t.equal(code, 0, cause)
  t.ok(afterMs < 3_000, `it took ${afterMs} ms`)
  t.match(container.log.at(-1), /"signal":"SIGTERM".*"msg":"stopping"/, 'the log names the signal')
  t.comment(`ended after ${afterMs} ms`)
})

t.test('answers the same call over https, with HTTP/2 and with HTTP/1.1', async (t) => {
  const nats = await startServer(t)
  const { ca, env, mounts } = await certificateFiles()
  const { host, stop } = await startContainer(t, { NATS_URL: nats.url, ...env }, { mounts })

  const { protocol, answer } = await postHttp2(t, host, ca)
  t.equal(protocol, 'h2')
  t.match(answer, expected)
  t.match(await postHttp1(host, ca), expected)
  const events = await (await openObserver(t, nats.url)).events()
  t.equal(events.length, 1, 'both calls lead to one message')
  // With the HTTP/2 session still open, as Metacontroller keeps one.
  const { code, cause } = await stop()
  t.equal(code, 0, cause)
})

t.test('runs as any user, as OpenShift chooses them', async (t) => {
  const nats = await startServer(t)
  const user = '1000810000:0'
  const { host, evaluate } = await startContainer(t, { NATS_URL: nats.url }, { user })
  t.match(await evaluate('[process.getuid(), process.getgid()].join(":")'), user)
  const response = await fetch(`http://${host}/sync`, { method: 'POST', headers, body })
  t.match(await response.json(), expected)
})

t.test('has the program for pods beside the service', async (t) => {
  const args = ['run', '--rm', '--network=none', '--read-only', image, 'dist/cluster.js', 'release']
  const { failure } = await run('docker', args)
  t.equal(failure, 'coinflip-operator: KUBERNETES_SERVICE_HOST is not set: this is no pod')
})
