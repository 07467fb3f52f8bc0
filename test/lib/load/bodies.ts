import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callHook } from '../../../hack/lib/hook.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { CoinFlipStatus, Face } from '../../../server/domain/coinflip.ts'
import { type CallBody, recorded } from '../recorded.ts'

/** Stands for a uid; callers replace it by a number of the same length. */
export const placeholder = 'uid-to-be-replaced'

/** A recorded call for an object without a status, and with another uid if one is given. */
export function unsyncedCall(name: string, uid?: string): CallBody {
  const call = recorded(name).body
  const { status: _, ...parent } = call.parent
  return { ...call, parent: { ...parent, metadata: { ...parent.metadata, ...(uid && { uid }) } } }
}

const maximumCalls = 20

/**
 * The call that follows when all milestones are published; a long history takes several calls.
 * `onStatus` gets the status of each response.
 */
export async function settle(
  url: string,
  call: CallBody,
  onStatus: (status: CoinFlipStatus) => void = () => {},
): Promise<CallBody> {
  let present = call
  for (let calls = 0; calls < maximumCalls; calls++) {
    const result = await callHook(url, present)
    if (result.kind !== 'answered')
      throw new UserError(`the service answers ${JSON.stringify(result)}`)
    const { status } = result.answer
    onStatus(status)
    present = { ...call, parent: { ...call.parent, status } }
    if (status.notifications === status.milestones) return present
  }
  throw new UserError('the service does not publish all milestones')
}

/** The call with additional managed fields, so that its body has `bytes`. */
function pad(call: CallBody, bytes: number): CallBody {
  const fields = (i: number) => ({
    apiVersion: 'games.example.com/v1alpha1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [`f:example.com/key-${i}`]: {} } } },
    manager: `manager-${i}`,
    operation: 'Update',
    time: '2026-11-22T11:50:45Z',
  })
  const missing = bytes - JSON.stringify(call).length
  const count = Math.ceil(missing / (JSON.stringify(fields(10_000)).length + 1))
  const more = Array.from({ length: count }, (_, i) => fields(10_000 + i))
  const { metadata } = call.parent
  const managedFields = [...metadata.managedFields, ...more]
  return { ...call, parent: { ...call.parent, metadata: { ...metadata, managedFields } } }
}

function withFlips(call: CallBody, count: number): CallBody {
  const flips = Array.from({ length: count }, (_, i): Face => (i % 4 === 0 ? 'Heads' : 'Tails'))
  return { ...call, parent: { ...call.parent, spec: { flips } } }
}

/** Numbers of flips at which growth is measured. */
const flipCounts = [10, 100, 1_000, 10_000]

/** Writes request bodies to files, with the status that the service at `url` answers; their paths. */
export async function writeBodies(dir: string, url: string) {
  const write = (name: string, call: CallBody) => {
    const path = join(dir, `${name}.json`)
    writeFileSync(path, JSON.stringify(call))
    return path
  }
  const typical = await settle(url, unsyncedCall('sync-fourth-tail'))
  const { metadata } = typical.parent
  const numbered = { ...typical.parent, metadata: { ...metadata, uid: placeholder } }
  const long = await settle(url, unsyncedCall('sync-9998-flips'))
  const grown: { count: number; path: string }[] = []
  for (const count of flipCounts) {
    const call = withFlips(unsyncedCall('sync-two-tails', `grown-${count}`), count)
    grown.push({ count, path: write(`grown-${count}`, await settle(url, call)) })
  }
  return {
    typical: write('typical', typical),
    long: write('long', long),
    large: write('large', pad(long, 1_500_000)),
    /** One new milestone, if the placeholder becomes a new uid. */
    milestone: write('milestone', unsyncedCall('sync-third-tail', placeholder)),
    /** A settled object, whose uid is the placeholder. */
    numbered: write('numbered', { ...typical, parent: numbered }),
    grown,
  }
}
export type Bodies = Awaited<ReturnType<typeof writeBodies>>
