import { changing, expiringIn, flat, growing, names } from './scenario.ts'

/** The series that differ from the healthy ones: undefined removes a series. */
export type Change = Record<string, string | undefined>
/** A state, and the alerts that fire in it. */
export type Case = [name: string, change: Change, ...fires: string[]]

const { up, connected, pending, calls, within, synced } = names
const down = { [names.up('a')]: flat(0), [up('b')]: flat(0) }

export const cases: Case[] = [
  ['all is healthy', {}],

  ['no replica is up', down, 'OperatorDown critical'],
  ['no replica is known', { [up('a')]: undefined, [up('b')]: undefined }, 'OperatorDown critical'],
  ['one replica is up', { [up('a')]: flat(0) }],
  [
    'no replica was up for a minute',
    { [up('a')]: changing(1, 0, 1), [up('b')]: changing(1, 0, 1) },
  ],

  [
    'no replica is connected to NATS',
    { [connected('a')]: flat(0), [connected('b')]: flat(0) },
    'NatsDisconnected critical',
  ],
  [
    'no replica has been connected to NATS for a minute',
    { [connected('a')]: changing(1, 0, 1), [connected('b')]: changing(1, 0, 1) },
  ],
  [
    'one replica is not connected to NATS',
    { [connected('b')]: flat(0) },
    'NatsDisconnected warning',
  ],
  [
    'one replica has been disconnected from NATS for 4 minutes',
    { [connected('b')]: changing(1, 0, 4) },
  ],

  [
    'the stream is misconfigured',
    { [names.streamConfigValid]: flat(0) },
    'StreamMisconfigured warning',
  ],
  [
    'the stream has been misconfigured for 4 minutes',
    { [names.streamConfigValid]: changing(1, 0, 4) },
  ],
  [
    'the state of the stream is unknown without NATS',
    { [names.streamConfigValid]: flat(0), [connected('a')]: flat(0) },
    'NatsDisconnected warning',
  ],

  [
    'an object has pending notifications',
    { [pending('StreamFull')]: growing(1) },
    'NotificationsPending warning',
  ],
  ['an object is paused', { [pending('Paused')]: growing(1) }],
  ['the oldest pending notification is a minute old', { [pending('BrokerUnavailable')]: flat(60) }],

  ['there are no calls any more', { [names.lastCall]: flat(1_500) }, 'NoSyncCalls critical'],
  ['the last call was a minute ago', { [names.lastCall]: `-60+30x60` }],
  ['there are no calls, and no objects', { [names.lastCall]: flat(1), [names.objects]: flat(0) }],
  ['there has been no call since the start', { [names.lastCall]: flat(0) }, 'NoSyncCalls critical'],
  [
    'there has been no call since the start, and there are no objects',
    { [names.lastCall]: flat(0), [names.objects]: flat(0) },
  ],
  [
    'there are no calls, and the number of objects is unknown',
    { [names.lastCall]: flat(1_500), [names.objects]: undefined },
    'NoSyncCalls critical',
  ],

  ['calls are answered with 400', { [calls('400')]: growing(0.1) }, 'SyncErrors warning'],
  ['calls were answered with 400 an hour ago', { [calls('400')]: flat(5) }],

  ['calls take seconds', { [within('2.5')]: growing(1.9) }, 'SyncSlow warning'],
  ['calls take a second', { [within('0.1')]: growing(1) }],

  [
    'many calls are answered with 429',
    { [calls('429')]: growing(0.1) },
    'OperatorOverloaded warning',
  ],
  ['few calls are answered with 429', { [calls('429')]: growing(0.01) }],
  [
    'as many calls in flight as the limit allows',
    { [names.inFlight]: flat(250) },
    'OperatorOverloaded warning',
  ],
  ['half as many calls in flight as the limit allows', { [names.inFlight]: flat(128) }],

  [
    'the certificate expires in 20 days',
    { [names.certificate]: expiringIn(20) },
    'CertificateExpiring warning',
  ],
  [
    'the certificate expires in 2 days',
    { [names.certificate]: expiringIn(2) },
    'CertificateExpiring critical',
    'CertificateExpiring warning',
  ],
  ['the certificate is renewed in time', { [names.certificate]: expiringIn(29) }],
  ['there is no certificate', { [names.certificate]: undefined }],

  ['Metacontroller is down', { [names.metacontrollerUp]: flat(0) }, 'MetacontrollerDown critical'],
  ['Metacontroller restarts', { [names.metacontrollerUp]: changing(1, 0, 4) }],
  ['the queue is never empty', { [names.depth]: flat(40) }, 'MetacontrollerBacklog warning'],
  ['the queue fills and empties', { [names.depth]: '40+0x50 0 40+0x9' }],

  [
    'syncs get no answer',
    { [names.processed]: growing(3), [names.retries]: growing(1) },
    'MetacontrollerFailing warning',
  ],
  [
    'syncs are answered with 500',
    { [synced('200')]: growing(1), [synced('500')]: growing(1), [names.retries]: growing(1) },
    'MetacontrollerFailing warning',
  ],
  ['objects are resynced', { [names.retries]: growing(1) }],
  ['objects are deleted', { [names.processed]: growing(2.4), [names.finalized]: growing(0.2) }],
  [
    'calls are answered with 429 and retried',
    { [synced('200')]: growing(1), [synced('429')]: growing(1), [names.retries]: growing(1) },
  ],
]
