import type { Cluster } from '../kube/context.ts'
import { find } from '../kube/kubectl.ts'
import { say } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { openForwarded, streamSettings } from './broker-access.ts'
import { coinflips } from './crd.ts'
import { printStored } from './notifications.ts'
import { createSamples } from './samples.ts'
import { awaitSettled, type StoredCoinFlip } from './status.ts'

/** Metacontroller may take half a minute to discover a new kind. */
const settleLimitMs = 90_000

/** Creates the samples, waits until they are settled and prints their notifications. */
export async function showSamples({ kubectl, context, namespace }: Cluster): Promise<void> {
  const samples = await createSamples(kubectl, namespace)
  const stored: StoredCoinFlip[] = []
  for (const { line } of samples) say(line)
  for (const { name } of samples) {
    const target = { namespace, name }
    if (!(await awaitSettled(kubectl, target, settleLimitMs)))
      throw new UserError(
        `${namespace}/${name}: the controller has not seen it; run it again to continue`,
      )
    const object = await find<StoredCoinFlip>(kubectl, coinflips, name, '--namespace', namespace)
    if (object) stored.push(object)
  }
  const access = await openForwarded(context)
  try {
    const objects = stored.map(({ metadata }) => metadata)
    const count = stored.reduce((sum, { status }) => sum + (status?.notifications ?? 0), 0)
    await printStored(access.connection, streamSettings({}), objects, count, say)
  } finally {
    await access.close()
  }
}
