import { join } from 'node:path'
import { parseObjects } from '../../../hack/kube/render.ts'
import { run } from '../../../hack/lib/process.ts'
import { imageIn } from '../../../hack/metacontroller/manifests.ts'
import { versionOf } from '../../../hack/metacontroller/metacontroller.ts'
import type { RealParts } from '../choose.ts'

const limitMs = 30_000

async function say(program: string, ...args: string[]): Promise<string> {
  return (await run(program, args, { env: process.env, limitMs })).stdout
}

/** Versions of what took part beside the service, by name, for a page. */
export async function versionsOf(
  { assets, manifests }: RealParts,
  natsServer: string,
): Promise<Record<string, string | undefined>> {
  const numberIn = (text: string) => /\d+\.\d+\.\d+/.exec(text)?.[0]
  // The program itself knows its version only if its build said so.
  const objects = parseObjects(await say(join(assets, 'kubectl'), 'kustomize', manifests))
  return {
    Kubernetes: numberIn(await say(join(assets, 'kube-apiserver'), '--version')),
    Metacontroller: versionOf({ image: imageIn(objects) ?? '' })?.join('.'),
    'nats-server': numberIn(await say(natsServer, '--version')),
  }
}
