import t from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { end, run, start } from '../../hack/lib/process.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import type { KubeObject } from '../../server/metacontroller/index.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { installExample } from '../lib/example.ts'
import { env } from './environment.ts'

const [label = '', value] = hostSelector.split('=')

t.test(
  'an operator of the packed plugin copies Secrets',
  env.needs('metacontroller', 'host'),
  async (t) => {
    const dir = await installExample(t, 'secret-copies')
    const PORT = String(await freePort())
    const url = `http://127.0.0.1:${PORT}`
    const variables = { PATH: process.env.PATH, PORT, HOOK_URL: url }
    const server = start(process.execPath, ['server.ts'], { cwd: dir, env: variables })
    t.teardown(() => end(server, 'SIGTERM'))

    const { stdout } = await run(process.execPath, ['manifests.ts'], { cwd: dir, env: variables })
    const { items } = JSON.parse(stdout) as { items: KubeObject[] }
    for (const item of items) item.metadata.labels = { [label]: `${value}` }
    const apply = (objects: readonly object[]) =>
      env.kubectl('apply', '--server-side', '-f', fileOf(env.dir, objects))
    await apply(items)
    // Nothing here would finish the deletion of a namespace.
    const removable = items.filter(({ kind }) => kind !== 'Namespace')
    t.teardown(() => env.kubectl('delete', '--wait', '-f', fileOf(env.dir, removable)))

    const namespace = (name: string, team: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { team } },
    })
    const secret = (token: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull', namespace: 'vault' },
      data: { token },
    })
    const tokenIn = async (name: string) => {
      const path = '{.data.token}'
      const args = ['get', 'secret', 'pull', '-n', name, '--ignore-not-found']
      return (await env.kubectl(...args, `--output=jsonpath=${path}`)).trim()
    }
    const becomes = (name: string, token: string) =>
      waitFor(
        () => tokenIn(name),
        (found) => found === token,
        { what: `the copy in ${name} is "${token}"` },
      )
    await apply([namespace('vault', 'none'), namespace('one', 'a'), namespace('two', 'b')])
    await apply([secret('b2xk')])
    const spec = { namespace: 'vault', name: 'pull', labels: { team: 'a' } }
    const crd = items.find(({ kind }) => kind === 'CustomResourceDefinition')
    const { group, names } = (crd?.spec ?? {}) as { group: string; names: { kind: string } }
    const copy = { apiVersion: `${group}/v1`, kind: names.kind, metadata: { name: 'pull' }, spec }
    await env.kubectl('wait', 'crd', crd?.metadata.name ?? '', '--for=condition=Established')
    await apply([copy])
    await becomes('one', 'b2xk')
    t.equal(await tokenIn('two'), '', 'only in namespaces with the label')

    await apply([secret('bmV3'), namespace('two', 'a')])
    await becomes('one', 'bmV3')
    await becomes('two', 'bmV3')
    const args = ['get', 'secretcopies', 'pull', '--output=jsonpath={.status.copies}']
    await waitFor(
      () => env.kubectl(...args),
      (copies) => copies === '2',
      { what: 'the status counts both' },
    )
    await env.kubectl('delete', 'secret', 'pull', '-n', 'vault')
    await becomes('one', '')
    await becomes('two', '')
    await env.kubectl('delete', 'secretcopies', 'pull')
  },
)
