import { type Broker, startBroker } from '../../hack/lib/broker.ts'
import { startNatsCluster } from './nats-cluster.ts'

/** The nats-servers of a run: one, or several that each store the stream. */
export interface Brokers {
  /** In a few words, for the report. */
  readonly description: string
  /** Client ports, one for each server. */
  readonly ports: readonly number[]
  /** Of one of them, to read the stream in the end. */
  readonly url: string
  /** The target of a fault: the leader of the stream, as soon as there is one. */
  leader(): Promise<Broker>
  /** Where their contents differ; servers that are behind get a while to catch up. */
  disagreements(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts nats-servers with file storage; several form a cluster. */
export async function startBrokers(
  binary: string,
  count: number,
  stream: string,
): Promise<Brokers> {
  if (count > 1) return startNatsCluster(binary, count, stream)
  const broker = await startBroker({ binary })
  return {
    description: 'one nats-server',
    ports: [broker.port],
    url: broker.url,
    leader: async () => broker,
    disagreements: async () => [],
    stop: broker.stop,
  }
}
