import { type Broker, startBroker } from '../../hack/lib/broker.ts'
import { startNatsCluster } from './nats-cluster.ts'

/** The nats-servers of a run: one, or several that each hold the stream. */
export interface Brokers {
  /** In a few words, for the report. */
  readonly what: string
  /** Of clients, one for each server. */
  readonly ports: readonly number[]
  /** Of one of them, for who reads the stream in the end. */
  readonly url: string
  /** The one that a fault meets: of several the leader of the stream, as soon as there is one. */
  leader(): Promise<Broker>
  /** What they do not agree about in the end; those that are behind get a while to catch up. */
  complaints(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts as many nats-servers as are wanted, with file storage, as one cluster if several. */
export async function startBrokers(
  binary: string,
  count: number,
  stream: string,
): Promise<Brokers> {
  if (count > 1) return startNatsCluster(binary, count, stream)
  const broker = await startBroker({ binary })
  return {
    what: 'one nats-server',
    ports: [broker.port],
    url: broker.url,
    leader: async () => broker,
    complaints: async () => [],
    stop: broker.stop,
  }
}
