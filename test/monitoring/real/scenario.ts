const steps = 60
/** When promtool evaluates the rules: at the last sample of all series. */
export const atMinutes = (steps * 30) / 60

export const flat = (value: number) => `${value}+0x${steps}`
/** A counter that grows by `perSecond`. */
export const growing = (perSecond: number) => `0+${perSecond * 30}x${steps}`
/** A value that changes some minutes before the end. */
export const changing = (before: number, after: number, minutes: number) =>
  `${before}+0x${steps - minutes * 2 - 1} ${after}+0x${minutes * 2}`

/** A time that is some days after the end. */
export const expiringIn = (days: number) => flat(atMinutes * 60 + days * 86_400)

const service = 'job="coinflip-operator"'
const queue = 'name="CompositeController-coinflip"'
const controller = 'controller_name="coinflip"'

export const names = {
  up: (pod: string) => `up{${service},pod="${pod}"}`,
  metacontrollerUp: 'up{job="metacontroller",pod="m"}',
  connected: (pod: string) => `coinflip_nats_connected{pod="${pod}"}`,
  streamConfigValid: 'coinflip_stream_config_valid{pod="a"}',
  pending: (reason: string) => `coinflip_oldest_pending_age_seconds{pod="a",reason="${reason}"}`,
  lastCall: 'coinflip_last_call_timestamp_seconds{pod="a"}',
  objects: 'apiserver_resource_objects{group="games.example.com",resource="coinflips"}',
  calls: (code: string) =>
    `coinflip_request_duration_seconds_count{pod="a",route="/sync",code="${code}"}`,
  within: (le: string) =>
    `coinflip_request_duration_seconds_bucket{pod="a",route="/sync",code="200",le="${le}"}`,
  inFlight: 'coinflip_requests_in_flight{pod="a"}',
  limit: 'coinflip_requests_in_flight_limit{pod="a"}',
  certificate: 'coinflip_certificate_expiration_timestamp_seconds{pod="a"}',
  depth: `workqueue_depth{${queue},priority=""}`,
  processed: `workqueue_work_duration_seconds_count{${queue}}`,
  retries: `workqueue_retries_total{${queue}}`,
  synced: (code: string) => `metacontroller_sync_requests_total{${controller},code="${code}"}`,
  finalized: `metacontroller_finalize_requests_total{${controller},code="200"}`,
}

/**
 * Two healthy replicas, one of them with 2 calls per second: series by their names, with values every
 * 30 s from the beginning, as promtool writes them.
 */
export const healthy: Record<string, string> = {
  [names.up('a')]: flat(1),
  [names.up('b')]: flat(1),
  [names.metacontrollerUp]: flat(1),
  [names.connected('a')]: flat(1),
  [names.connected('b')]: flat(1),
  [names.streamConfigValid]: flat(1),
  [names.lastCall]: growing(1),
  [names.objects]: flat(90),
  [names.calls('200')]: growing(2),
  [names.within('0.1')]: growing(1.9),
  [names.within('2.5')]: growing(2),
  [names.within('5')]: growing(2),
  [names.within('+Inf')]: growing(2),
  [names.inFlight]: flat(3),
  [names.limit]: flat(256),
  [names.certificate]: expiringIn(90),
  [names.depth]: flat(0),
  [names.processed]: growing(2),
  [names.retries]: flat(0),
  [names.synced('200')]: growing(2),
}
