import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'
import { fileOf } from '../../lib/cluster/kubectl.ts'
import { pods, writeKubectl } from './stand-ins.ts'
import type { World } from './world.ts'

const { METACONTROLLER_MANIFESTS: foreign, KUBEBUILDER_ASSETS: assets = '', PATH } = process.env

/** Installs everything that a cluster with the operator has, except what starts pods. */
async function install({ env: { kubectl, dir } }: World): Promise<void> {
  const folders = ['manifests/overlays/kind', ...(foreign ? [foreign] : [])]
  const rendered = await Promise.all(folders.map((folder) => kubectl('kustomize', folder)))
  const there = /^(CustomResourceDefinition|CompositeController|.*AdmissionPolicy.*)$/
  const objects = rendered.flatMap(parseObjects).filter(({ kind }) => !there.test(kind))
  for (const name of ['coinflip-system', 'metacontroller'])
    await kubectl.try('create', 'namespace', name)
  const apply = ['apply', '--server-side', '--force-conflicts', '-f']
  await kubectl(...apply, fileOf(dir, objects))
  await kubectl(...apply, fileOf(dir, pods))
  const { cert, key } = await makeCertificates([], ['127.0.0.1'], 90)
  const content = ['--from-literal', `tls.crt=${cert}`, '--from-literal', `tls.key=${key}`]
  const where = ['-n', 'coinflip-system']
  await kubectl(...where, 'create', 'secret', 'generic', 'coinflip-hook-tls', ...content)
}

/** A reader of the runbook with a shell and one CoinFlip; installs what its commands need. */
export async function openReader(world: World) {
  const { env, service, coinflips } = world
  const bin = join(env.dir, 'bin')
  mkdirSync(bin)
  writeKubectl(bin, join(assets, 'kubectl'))
  writeFileSync(join(env.dir, 'nats.creds'), 'stand-in')
  await install(world)
  const nats = !(await run('nats', ['--version'], { env: { PATH }, limitMs: 20_000 })).failure
  const broker = await env.withNats(async (url) => url)
  return {
    /** Whether the command `nats` is installed; without it its lines are omitted. */
    nats,
    /** Runs a block of the runbook unchanged, except for the addresses. */
    type(block: string, name: string) {
      const commands = block
        .split('\n')
        .filter((line) => nats || !line.startsWith('nats '))
        .join('\n')
        // The first section sets both for a namespace and an object of the reader's.
        .replace(/^export NAMESPACE=.*$/m, '')
        .replaceAll('http://127.0.0.1:9090', service.adminUrl)
        .replaceAll('127.0.0.1:4222', broker)
        .replaceAll(/^make /gm, `make --silent --directory '${root}' `)
      const who = { NAMESPACE: coinflips.namespace, NAME: name, MAKEFLAGS: undefined }
      return run('bash', ['-euo', 'pipefail', '-c', commands], {
        env: { ...env.shell, ...who, PATH: `${bin}:${PATH}` },
        cwd: env.dir,
        limitMs: 90_000,
      })
    },
  }
}
