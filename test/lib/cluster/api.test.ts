import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { program, scratch } from '../scratch.ts'
import { openApi } from './api.ts'
import { kubectlOf } from './kubectl.ts'

/** A proxy that puts off every first request of a kind; a path says what else it answers. */
const proxy = `
import { createServer } from 'node:http'

const seen = new Set()
const socket = process.argv.at(-1).replace('--unix-socket=', '')
createServer((request, response) => {
  const isFirst = seen.size < seen.add(request.method).size
  const isLate = isFirst && request.url !== '/refused'
  const code = isLate || request.url === '/refused' ? 429 : 200
  response.writeHead(code, { 'content-type': 'application/json', ...(isLate && { 'retry-after': '1' }) })
  request.resume().on('end', () => response.end(JSON.stringify({ message: request.url })))
}).listen(socket, () => console.log('Starting to serve on', socket))
`

t.test('repeats a request that the API server puts off, and no other', async (t) => {
  const dir = await scratch(t)
  await writeFile(join(dir, 'proxy.mjs'), proxy)
  const binary = await program(dir, 'kubectl', `exec '${process.execPath}' '${dir}/proxy.mjs' "$@"`)
  const api = await openApi(binary, kubectlOf(binary, '', dir), dir)
  t.teardown(() => api.close())
  t.same(await api.call('GET', '/refused'), { code: 429, body: { message: '/refused' } })
  t.same(await api.call('POST', '/objects', {}), { code: 200, body: { message: '/objects' } })
})
