import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import { createStream, type Stand } from '../../test/lib/load/stand.ts'
import { type Server, startBuilt, startContestant } from './servers.ts'

const floorStream = 'FLOOR'

/** All that is measured, each in a process of its own, idle while another has its turn. */
export interface Contestants {
  /** (a) raw node:http. */
  floor: Server
  /** (a) that publishes by the bare client. */
  publishingFloor: Server
  /** (b) and (d): the service over plain http. */
  service: Server
  /** (b) over https. */
  secure: Server
  /** (c) Go's net/http. */
  go?: Server | undefined
}

export async function startContestants(stand: Stand): Promise<Contestants> {
  const { pin, broker, entry, tls, go } = stand
  const natsUrl = broker.url
  const node = (file: string) => [process.execPath, join(root, 'bench', file)] as const
  await createStream(natsUrl, floorStream)
  // Eight bodies of 1.5 MB at once, and a core that is never idle, are what the limits turn away.
  const env = { MAX_TOTAL_BYTES: '33554432', MAX_DELAY_MS: '1000' }
  const service = await startBuilt('the service', { entry, natsUrl, pin, env })
  const secure = await startBuilt('the service over https', { entry, natsUrl, pin, tls, env })
  const floor = await startContestant('the floor', node('floor.js'), pin)
  const publishingFloor = await startContestant(
    'the publishing floor',
    node('floor-publish.js'),
    pin,
    { NATS_URL: natsUrl, NATS_STREAM: floorStream },
  )
  const hook = await go?.build('hook-go')
  return {
    floor,
    publishingFloor,
    service,
    secure,
    go: hook ? await startContestant('the Go hook', [hook], pin) : undefined,
  }
}
