import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { run } from '../hack/lib/process.ts'
import { serviceEntry, startService } from '../hack/lib/service.ts'
import { waitFor } from '../hack/lib/wait-for.ts'
import { makeCertificates } from '../server/cluster/certificates.ts'
import type { NatsSettings } from '../server/nats/connection-options.ts'
import { openService, startServer } from './lib/real-broker.ts'
import { recorded } from './lib/recorded.ts'
import { makeOperator } from './nats/operator.ts'

const mark = (what: string) => `hunter2${what}`
const third = JSON.stringify(recorded('sync-third-tail').body)
const server = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
const { creds, seed } = makeOperator().user()
const lineOf = (pem: string) => pem.split('\n')[1] ?? ''

/** The planted secrets: in settings, files and headers. None may appear. */
const secrets = [
  'hunter2',
  Buffer.from('hunter2').toString('base64').slice(0, 9),
  seed,
  creds.split('\n')[1] ?? '',
  lineOf(server.key),
]

const files = {
  'user.creds': creds.replaceAll(/[.-]/g, mark('creds')),
  'seed.nk': `SU${mark('nkey')}`,
  'nats.key': server.key.replace(/\n/, `\n${mark('key')}`),
  'hook.key': server.key,
  'tls.crt': server.cert,
  'tls.key': server.key,
  'ca.crt': server.ca,
  tokens: `${mark('token')}\n`,
}
type File = keyof typeof files

/** The files at startup, some of them broken. */
async function folder(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-secrets-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const path = (name: File) => join(dir, name)
  const put = (name: File, content: string) => writeFile(path(name), content)
  for (const [name, content] of Object.entries(files)) await put(name as File, content)
  return { dir, path, put }
}

function search(t: Test, where: string, output: string): void {
  t.ok(output.length > 0, `${where} is there`)
  for (const secret of secrets) t.notOk(output.includes(secret), `${where} reveals no secret`)
}

const hostileHeaders = {
  cookie: mark('cookie'),
  'x-api-key': mark('header'),
  'content-type': 'application/json',
}

/** Responses to calls of every kind, as text with their headers. */
async function answers(url: string, authorization: string): Promise<string> {
  const one = (path: string, body: string | undefined, login: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { ...hostileHeaders, authorization: login }
      const method = body === undefined ? 'GET' : 'POST'
      const options = { method, headers, ca: server.ca, agent: false }
      const call = request(`${url}${path}`, options, async (answer) =>
        resolve(`${answer.statusCode} ${JSON.stringify(answer.headers)} ${await text(answer)}`),
      )
      call.on('error', reject)
      call.end(body)
    })
  const marked = `{"${mark('field')}": "${mark('value')}"}`
  const all = [
    await one('/sync', third, authorization),
    await one('/sync', third, `Bearer ${mark('wrong')}`),
    await one('/sync', marked, authorization),
    await one('/finalize', `${marked}${marked}`, authorization),
    await one(`/sync?token=${mark('query')}`, '[', `Basic ${mark('basic')}`),
    await one(`/${mark('path')}`, '{}', authorization),
    await one('/docs/json', undefined, authorization),
    await one('/docs/static/index.html', undefined, authorization),
  ]
  return all.join('\n')
}

/** The response to a connection that does not speak HTTP. */
async function garbage(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(`POST /sync HTTP/1.1\r\n: ${mark('broken')}\r\n\r\n`)
  return text(socket).catch(() => '')
}

const users = `authorization { users: [ { user: flip, password: "${mark('right')}" } ] }`
const inUrl = (url: string) => url.replace('//', `//flip:${mark('url')}@`)

async function service(t: Test, env: Record<string, string>, entry?: string) {
  const running = await startService({
    env: { LOG_LEVEL: 'trace', ...env },
    ...(entry && { entry }),
  })
  t.teardown(() => running.kill())
  const logs = (...parts: string[]) =>
    waitFor(
      async () => running.log,
      (lines) => lines.some((line) => parts.every((part) => line.includes(part))),
    )
  return { ...running, logs }
}

t.test('logs, answers and exports no secret', async (t) => {
  const { dir, path, put } = await folder(t)
  // With broken NATS files it would not start.
  await put('nats.key', server.key)
  await put('user.creds', creds)
  const { url: natsUrl } = await startServer(t, {
    config: `tls { cert_file: "${path('tls.crt')}", key_file: "${path('tls.key')}" }\n${users}`,
  })
  const running = await service(t, {
    TLS_CERT_FILE: path('tls.crt'),
    TLS_KEY_FILE: path('hook.key'),
    AUTH_TOKEN_FILE: path('tokens'),
    RELOAD_INTERVAL_MS: '100',
    NATS_URL: inUrl(natsUrl),
    NATS_CA: path('ca.crt'),
    NATS_CERT: path('tls.crt'),
    NATS_KEY: path('nats.key'),
    NATS_USER: 'flip',
    NATS_PASSWORD: mark('password'),
    NATS_TOKEN: mark('nats'),
    NATS_NKEY: path('seed.nk'),
    NATS_CREDS: path('user.creds'),
    // Node's diagnostic report contains all environment variables by default.
    NODE_OPTIONS: `--report-on-signal --report-directory=${dir}`,
  })
  const { log, logs, adminUrl, pid } = running
  const url = running.url.replace('http:', 'https:')
  await logs('NotAuthorized')
  const given = await answers(url, `Bearer ${mark('token')}`)
  t.match(given, '"reason":"NotAuthorized"')
  t.match(given, /^401 /m)
  search(t, 'every answer', given)
  for (const [file, setting] of [
    ['user.creds', 'NATS_CREDS'],
    ['nats.key', 'NATS_CERT'],
  ] as const) {
    await put(file, files[file])
    await logs('InvalidFile', setting)
  }
  await garbage(url)
  await put('hook.key', files['nats.key'])
  await logs('reload failed')
  search(t, 'the metrics', await (await fetch(`${adminUrl}/metrics`)).text())
  process.kill(pid, 'SIGUSR2')
  const [report = ''] = await waitFor(
    async () => (await readdir(dir)).filter((file) => file.startsWith('report.')),
    ({ length }) => length > 0,
  )
  const read = () => readFile(join(dir, report), 'utf8')
  search(t, "Node's report", await waitFor(read, (content) => content.trimEnd().endsWith('}')))
  t.equal((await running.stop()).code, 0)
  search(t, 'the log', log.join('\n'))
})

t.test('reports refused credentials of each kind without a secret', async (t) => {
  const { path } = await folder(t)
  const { url } = await startServer(t, { config: users })
  const logins: Partial<NatsSettings>[] = [
    { url: inUrl(url) },
    { user: 'flip', password: mark('password') },
    { token: mark('nats') },
    { nkeyFile: path('seed.nk') },
    { url: `nats://flip:${mark('a')},${mark('b')}@x:y:z` },
  ]
  for (const login of logins) {
    const broker = openService(t, { url, ...login })
    await broker.firstAttempt
    const { heard, causes, states } = broker
    search(t, 'what is reported', JSON.stringify({ heard, causes, states }))
    t.match(heard[0], /NotAuthorized|BrokerUnavailable|InvalidFile/)
    await broker.close(100)
  }
})

t.test('reveals no secret after a bug, in a call or outside', async (t) => {
  // Simulates a bug: it fails where conditions are computed, and on a signal.
  const bug = `
    const { toISOString } = Date.prototype
    Date.prototype.toISOString = function () {
      if (/conditions\\.ts/.test(new Error().stack)) throw new Error('bug')
      return toISOString.call(this)
    }
    process.once('SIGUSR2', () => { throw new Error('bug') })`
  const env = {
    NODE_ENV: 'production',
    NATS_URL: inUrl('nats://127.0.0.1:1'),
    NATS_TOKEN: mark('nats'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}`,
  }
  // The source, since the bundle has no file of conditions.
  const running = await service(t, env, 'server/main.ts')
  const { url, adminUrl, log, logs, pid } = running
  const answer = await fetch(`${url}/sync`, {
    method: 'POST',
    headers: hostileHeaders,
    body: third,
  })
  t.equal(answer.status, 500)
  search(t, 'the answer', `${JSON.stringify([...answer.headers])} ${await answer.text()}`)
  search(t, 'the metrics', await (await fetch(`${adminUrl}/metrics`)).text())
  process.kill(pid, 'SIGUSR2')
  await logs('stopping after a bug')
  await running.stop()
  t.match(log.join('\n'), 'unhandled error in hook')
  search(t, 'the log', log.join('\n'))
})

t.test('reveals no secret when it cannot start', async (t) => {
  const { path } = await folder(t)
  const url = inUrl('nats://127.0.0.1:1')
  for (const [settings, line] of [
    [{ TLS_CERT_FILE: path('tls.crt'), TLS_KEY_FILE: path('nats.key') }, 'do not match'],
    [{ NATS_CREDS: path('user.creds') }, 'NATS_CREDS'],
    [{ NATS_NKEY: path('seed.nk') }, 'NATS_NKEY'],
    [{ NATS_CERT: path('tls.crt'), NATS_KEY: path('nats.key') }, 'NATS_KEY'],
    [{ NATS_URL: `${url}x` }, 'NATS_URL'],
  ] as const) {
    const { stdout, stderr, failure } = await run(process.execPath, [serviceEntry], {
      env: { PATH: process.env.PATH, LOG_LEVEL: 'trace', NATS_URL: url, ...settings },
      limitMs: 20_000,
    })
    t.match(failure, line)
    search(t, 'the exit line', stdout + stderr)
  }
})
