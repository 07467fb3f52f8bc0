import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import type { BenchEnvironment } from '../../test/lib/load/environment.ts'
import type { Go } from '../../test/lib/load/go.ts'
import { startBaseline, startService } from '../../test/lib/load/server.ts'
import { createStream } from '../lib/create-stream.ts'

const stream = 'BASELINE'

/** Names of the servers in the tables. */
export const names = {
  nodeHttp: 'raw node:http',
  publishingNodeHttp: 'raw node:http with NATS',
  service: 'the service',
  go: 'Go net/http',
} as const

/** All servers that are measured, each in its own process, idle while another has its turn. */
export type Servers = Awaited<ReturnType<typeof startServers>>

/** Starts all servers; `nodeArgs` are for the service over plain http. */
export async function startServers(
  { pin, broker, entry, tls }: BenchEnvironment,
  go: Go,
  nodeArgs: readonly string[],
) {
  const natsUrl = broker.url
  const node = (file: string) => [process.execPath, join(root, 'bench/baselines', file)]
  await createStream(natsUrl, stream)
  // The limits would refuse eight bodies of 1.5 MB at once, and calls on a core that is never idle.
  const env = { MAX_TOTAL_BYTES: '33554432', MAX_DELAY_MS: '1000' }
  const service = { entry, natsUrl, pin, env }
  const hook = await go.build('bench/baselines/go', './cmd/hook')
  return {
    nodeHttp: await startBaseline(names.nodeHttp, node('node-http.js'), { pin }),
    /** Raw node:http that publishes with the bare NATS client. */
    publishingNodeHttp: await startBaseline(
      names.publishingNodeHttp,
      node('node-http-publish.js'),
      { pin, env: { NATS_URL: natsUrl, NATS_STREAM: stream } },
    ),
    service: await startService({ ...service, name: names.service, nodeArgs }),
    secureService: await startService({ ...service, name: `${names.service} over https`, tls }),
    go: await startBaseline(names.go, [hook], { pin }),
  }
}
