import { join } from 'node:path'
import { parseObjects } from '../../../hack/kube/render.ts'
import { run } from '../../../hack/lib/process.ts'
import { imageIn } from '../../../hack/metacontroller/manifests.ts'
import { versionOf } from '../../../hack/metacontroller/metacontroller.ts'
import type { ClusterPrograms } from '../choose-cluster.ts'

const limitMs = 30_000

async function output(program: string, ...args: string[]): Promise<string> {
  return (await run(program, args, { env: process.env, limitMs })).stdout
}

/** Versions of the programs that ran beside the service, by name. */
export async function versionsOf(
  { assets, manifests }: ClusterPrograms,
  natsServer: string,
): Promise<Record<string, string | undefined>> {
  const numberIn = (text: string) => /\d+\.\d+\.\d+/.exec(text)?.[0]
  // Metacontroller itself knows its version only if its build set it.
  const objects = parseObjects(await output(join(assets, 'kubectl'), 'kustomize', manifests))
  return {
    Kubernetes: numberIn(await output(join(assets, 'kube-apiserver'), '--version')),
    Metacontroller: versionOf({ image: imageIn(objects) ?? '' })?.join('.'),
    'nats-server': numberIn(await output(natsServer, '--version')),
  }
}
