import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream'

type Spec = Record<string, unknown>

/**
 * A field of JetStream's configuration by the field of NACK's resource, with NACK's default: that of
 * its CRD, and else what its control loop was seen to request (version 0.22.4).
 */
type Fields = Record<string, { field: string; byDefault?: unknown }>

const streamFields: Fields = {
  name: { field: 'name' },
  subjects: { field: 'subjects' },
  storage: { field: 'storage', byDefault: 'memory' },
  retention: { field: 'retention', byDefault: 'limits' },
  discard: { field: 'discard', byDefault: 'old' },
  maxAge: { field: 'max_age', byDefault: '8760h' },
  replicas: { field: 'num_replicas', byDefault: 1 },
}

const consumerFields: Fields = {
  durableName: { field: 'durable_name' },
  deliverPolicy: { field: 'deliver_policy', byDefault: 'all' },
  ackPolicy: { field: 'ack_policy', byDefault: 'none' },
  ackWait: { field: 'ack_wait', byDefault: '1ns' },
  replayPolicy: { field: 'replay_policy', byDefault: 'instant' },
}

/** Says what to do with the stream or the consumer, not what it is. */
const ofTheResource = ['preventDelete', 'streamName']

function translate(spec: Spec, fields: Fields): Spec {
  const unknown = Object.keys(spec).filter((name) => !(name in fields))
  const [first] = unknown.filter((name) => !ofTheResource.includes(name))
  if (first) throw new Error(`test/lib/nack.ts does not know the field ${first}`)
  return Object.fromEntries(
    Object.entries(fields).map(([name, { field, byDefault }]) => [field, spec[name] ?? byDefault]),
  )
}

const unitsNs: Record<string, number> = { ns: 1, s: 1e9, h: 3600e9 }

/** Nanoseconds of a duration with one unit, such as 30s. */
function parseDuration(text: unknown): number {
  const [, count, unit = ''] = /^(\d+)([a-z]+)$/.exec(String(text)) ?? []
  return Number(count) * (unitsNs[unit] ?? Number.NaN)
}

/** The configuration that NACK requests for a Stream with the spec. */
export function readStreamSpec(spec: Spec): Partial<StreamConfig> & { name: string } {
  const { name, max_age, ...config } = translate(spec, streamFields)
  return { ...config, name: String(name), max_age: parseDuration(max_age) }
}

/** The configuration that NACK requests for a Consumer with the spec. */
export function readConsumerSpec(spec: Spec): Partial<ConsumerConfig> {
  const { ack_wait, ...config } = translate(spec, consumerFields)
  return { ...config, ack_wait: parseDuration(ack_wait) }
}
