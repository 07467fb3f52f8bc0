import type { Config } from './config.ts'
import { notificationShape } from './domain/milestone.ts'
import type { HookSettings } from './hook/context.ts'
import type { Limits } from './metacontroller/index.ts'
import type { NatsSettings } from './nats/connection-options.ts'
import type { StreamSettings } from './nats/stream.ts'

/** Picks the settings of the connection to NATS. */
export function pickNatsSettings(config: Config): NatsSettings {
  return {
    clientName: 'coinflip-operator',
    url: config.NATS_URL,
    user: config.NATS_USER,
    password: config.NATS_PASSWORD,
    token: config.NATS_TOKEN,
    credsFile: config.NATS_CREDS,
    nkeyFile: config.NATS_NKEY,
    certFile: config.NATS_CERT,
    keyFile: config.NATS_KEY,
    caFile: config.NATS_CA,
    tlsFirst: config.NATS_TLS_FIRST,
    inboxPrefix: config.NATS_INBOX_PREFIX,
  }
}

/** Picks the settings of the stream. */
export function pickStreamSettings(config: Config): StreamSettings {
  return {
    name: config.NATS_STREAM,
    subjectPrefix: config.NATS_SUBJECT_PREFIX,
    ...notificationShape,
    create: config.NATS_STREAM_CREATE,
    replicas: config.NATS_STREAM_REPLICAS,
    domain: config.NATS_JS_DOMAIN,
  }
}

/** Picks the settings of the hooks. */
export function pickHookSettings(config: Config): HookSettings {
  return {
    subjectPrefix: config.NATS_SUBJECT_PREFIX,
    clusterName: config.CLUSTER_NAME,
    publishBudgetMs: config.PUBLISH_BUDGET_MS,
    publishTimeoutMs: config.PUBLISH_TIMEOUT_MS,
  }
}

/** Picks the limits of the hook port. */
export function pickLimits(config: Config): Limits {
  return {
    bodyBytes: config.BODY_LIMIT,
    calls: config.MAX_CALLS,
    totalBytes: config.MAX_TOTAL_BYTES,
    delayMs: config.MAX_DELAY_MS,
  }
}
