import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { startService } from '../hack/lib/service.ts'
import { waitFor } from '../hack/lib/wait-for.ts'

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

/** The error of a kernel without IPv6. */
const withoutIPv6 = `
  const { TCP } = process.binding('tcp_wrap')
  const { UV_EAFNOSUPPORT } = process.binding('uv')
  TCP.prototype.bind6 = () => UV_EAFNOSUPPORT`

/** Starts the service and returns the addresses of its log line. */
async function start(t: Test, HOST: string, more: Record<string, string> = {}) {
  const env = { NATS_URL: 'nats://127.0.0.1:1', HOST, ...more }
  const service = await startService({ env })
  t.teardown(() => service.kill())
  const [line = ''] = await waitFor(
    async () => service.log.filter((each) => each.includes('"msg":"listening"')),
    ({ length }) => length > 0,
  )
  const { hooks, admin } = JSON.parse(line)
  return { hooks: new URL(hooks), admin: new URL(`http://${admin}`) }
}

/** Requests a path and returns code and body of the response, or the error code. */
async function ask(host: string, port: string, path: string, options: object = {}) {
  const sent = request({ host, port, path, agent: false, ...options }).end()
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return `${response.statusCode} ${await text(response)}`
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

t.test('serves IPv6 and IPv4 with HOST ::', { skip: !hasIPv6 && 'no IPv6 here' }, async (t) => {
  const { hooks, admin } = await start(t, '::')
  t.equal(hooks.hostname, '[::]', 'the logged addresses are URLs')
  t.equal(admin.hostname, '[::]')
  for (const host of ['127.0.0.1', '::1']) {
    t.equal(await ask(host, admin.port, '/livez'), '200 ok\n', `admin port of ${host}`)
    t.match(await ask(host, hooks.port, '/sync'), /^405 /, `hook port of ${host}`)
  }
  t.equal(await ask('127.0.0.1', admin.port, '/loglevel'), '200 info\n', 'loopback is recognized')
  if (process.platform === 'linux')
    t.match(
      await ask('127.0.0.1', admin.port, '/loglevel', { localAddress: '127.0.0.6' }),
      /^403 /,
      'another address is refused',
    )
})

t.test('serves IPv4 with HOST :: where the kernel has no IPv6', async (t) => {
  const NODE_OPTIONS = `--no-deprecation --import=data:text/javascript,${encodeURIComponent(withoutIPv6)}`
  const { hooks, admin } = await start(t, '::', { NODE_OPTIONS })
  t.equal(hooks.hostname, '0.0.0.0')
  t.equal(await ask('127.0.0.1', admin.port, '/livez'), '200 ok\n')
  if (hasIPv6) t.equal(await ask('::1', admin.port, '/livez'), 'ECONNREFUSED')
})

t.test('listens on the first address that a name resolves to', async (t) => {
  const { admin } = await start(t, 'localhost')
  const [first, ...others] = await lookup('localhost', { all: true })
  t.equal(await ask(first?.address ?? '', admin.port, '/livez'), '200 ok\n')
  for (const { address } of others)
    t.equal(await ask(address, admin.port, '/livez'), 'ECONNREFUSED', address)
})
