import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { Face } from '../../../server/domain/coinflip.ts'

interface Call {
  parent: {
    metadata: { uid: string; managedFields: object[] } & Record<string, unknown>
    spec: { flips: Face[] }
    status?: unknown
  }
  [field: string]: unknown
}

/** Stands for a uid; callers replace it by a number of the same length. */
export const placeholder = 'uid-to-be-replaced'

function recorded(name: string): Call {
  const file = join(root, 'test/fixtures/metacontroller-4.17.2', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')).body
}

const maximumTries = 20

/** The call that follows when all milestones are published; a long history takes several calls. */
async function settle(call: Call, url: string): Promise<Call> {
  const { status: _, ...parent } = call.parent
  let status: unknown
  for (let tries = 0; tries < maximumTries; tries++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...call, parent: { ...parent, status } }),
    })
    const answer = (await response.json()) as { status: unknown; resyncAfterSeconds?: number }
    if (!response.ok) throw new UserError(`the service answers ${JSON.stringify(answer)}`)
    status = answer.status
    if (answer.resyncAfterSeconds === undefined) return { ...call, parent: { ...parent, status } }
  }
  throw new UserError('the service does not publish all milestones')
}

/** The call with additional managed fields, so that its body has `bytes`. */
function pad(call: Call, bytes: number): Call {
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

function withFlips(call: Call, count: number): Call {
  const flips = Array.from({ length: count }, (_, i): Face => (i % 4 === 0 ? 'Heads' : 'Tails'))
  return { ...call, parent: { ...call.parent, spec: { flips } } }
}

function withUid(call: Call, uid: string): Call {
  return { ...call, parent: { ...call.parent, metadata: { ...call.parent.metadata, uid } } }
}

/** Numbers of flips at which growth is measured. */
export const flipCounts = [10, 100, 1_000, 10_000] as const

/** Writes request bodies to files, with the status that the service at `url` answers; their paths. */
export async function writeBodies(dir: string, url: string) {
  const write = (name: string, call: Call) => {
    const path = join(dir, `${name}.json`)
    writeFileSync(path, JSON.stringify(call))
    return path
  }
  const typical = await settle(recorded('sync-fourth-tail'), url)
  const long = await settle(recorded('sync-9998-flips'), url)
  const third = recorded('sync-third-tail')
  const { status: _, ...withoutStatus } = third.parent
  const grown: { count: number; path: string }[] = []
  for (const count of flipCounts) {
    const call = withUid(withFlips(recorded('sync-two-tails'), count), `grown-${count}`)
    grown.push({ count, path: write(`grown-${count}`, await settle(call, url)) })
  }
  return {
    typical: write('typical', typical),
    long: write('long', long),
    large: write('large', pad(long, 1_500_000)),
    /** One new milestone, if the placeholder becomes a new uid. */
    milestone: write('milestone', withUid({ ...third, parent: withoutStatus }, placeholder)),
    /** A settled object, whose uid is the placeholder. */
    numbered: write('numbered', withUid(typical, placeholder)),
    grown,
  }
}
export type Bodies = Awaited<ReturnType<typeof writeBodies>>
