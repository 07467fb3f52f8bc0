import fastify from 'fastify'
import t from 'tap'
import {
  buildServerOptions,
  createGate,
  defineDecorator,
  metacontrollerHooks,
} from '../../server/metacontroller/index.ts'
import { limits } from '../lib/hook-app.ts'

const labels = (name: string, kind: string, resource: string) =>
  defineDecorator({ name, resources: { [kind]: { apiVersion: 'v1', resource } }, finalize: true })

t.test('serves several controllers under prefixes', async (t) => {
  const gate = createGate(limits)
  const app = fastify(buildServerOptions({ bodyBytes: limits.bodyBytes, sessionAgeMs: 60_000 }))
  t.teardown(() => app.close())
  for (const [prefix, controller] of [
    ['/pods', labels('pods', 'Pod', 'pods')],
    ['/teams/secrets', labels('secrets', 'Secret', 'secrets')],
  ] as const) {
    const sync = () => ({ labels: { by: prefix } })
    const finalize = () => ({ finalized: true })
    await app.register(metacontrollerHooks(controller, { sync, finalize, gate }), { prefix })
  }
  const object = (kind: string) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } })
  for (const [method, url, kind, code, expected] of [
    ['POST', '/pods/sync', 'Pod', 200, { labels: { by: '/pods' }, attachments: [] }],
    ['POST', '/teams/secrets/sync', 'Secret', 200, { labels: { by: '/teams/secrets' } }],
    ['POST', '/pods/sync', 'Secret', 400, { error: 'object.kind must be Pod' }],
    ['GET', '/pods/sync', 'Pod', 405, { error: 'the method must be POST' }],
    ['PUT', '/teams/secrets/finalize?x=1', 'Pod', 405, { error: 'the method must be POST' }],
    [
      'POST',
      '/pods/other',
      'Pod',
      404,
      { error: 'no such path, there is /pods/sync and /pods/finalize' },
    ],
  ] as const) {
    const payload = method === 'GET' ? {} : { payload: { object: object(kind) } }
    const response = await app.inject({ method, url, ...payload })
    t.equal(response.statusCode, code, `${method} ${url}`)
    t.match(response.json(), expected, `${method} ${url}`)
    if (code === 405) t.equal(response.headers.allow, 'POST')
  }
})
