import { flat, growing, names, turning } from './scenario.ts'

/** What has to be changed in a healthy world: undefined takes a series out of it. */
export type Change = Record<string, string | undefined>
/** What is so, and which alerts fire then. */
export type Case = [name: string, change: Change, ...fires: string[]]

const { up, connected, pending, calls, within, synced } = names
const away = { [names.up('a')]: flat(0), [up('b')]: flat(0) }

export const cases: Case[] = [
  ['nothing is the matter', {}],

  ['no replica is up', away, 'ServiceAway critical'],
  ['no replica is known', { [up('a')]: undefined, [up('b')]: undefined }, 'ServiceAway critical'],
  ['one replica is up', { [up('a')]: flat(0) }],
  ['no replica was up for a minute', { [up('a')]: turning(1, 0, 1), [up('b')]: turning(1, 0, 1) }],

  [
    'no replica has NATS',
    { [connected('a')]: flat(0), [connected('b')]: flat(0) },
    'BrokerAway critical',
  ],
  [
    'no replica has had NATS for a minute',
    { [connected('a')]: turning(1, 0, 1), [connected('b')]: turning(1, 0, 1) },
  ],
  ['one replica has no NATS', { [connected('b')]: flat(0) }, 'BrokerAway warning'],
  ['one replica has had no NATS for 4 minutes', { [connected('b')]: turning(1, 0, 4) }],

  ['the stream is unfit', { [names.fit]: flat(0) }, 'StreamUnfit warning'],
  ['the stream is unfit for 4 minutes', { [names.fit]: turning(1, 0, 4) }],
  [
    'what the stream is cannot be known',
    { [names.fit]: flat(0), [connected('a')]: flat(0) },
    'BrokerAway warning',
  ],

  ['an object waits', { [pending('StreamFull')]: growing(1) }, 'NotificationsPending warning'],
  ['an object is paused', { [pending('Paused')]: growing(1) }],
  ['objects wait for a minute each', { [pending('BrokerUnavailable')]: flat(60) }],

  ['no call comes any more', { [names.lastCall]: flat(1_500) }, 'NoSyncCalls critical'],
  ['the last call was a minute ago', { [names.lastCall]: `-60+30x60` }],
  [
    'no call comes, for there are no objects',
    { [names.lastCall]: flat(1), [names.objects]: flat(0) },
  ],
  ['no call came since the start', { [names.lastCall]: flat(0) }, 'NoSyncCalls critical'],
  [
    'no call came since the start, for there are no objects',
    { [names.lastCall]: flat(0), [names.objects]: flat(0) },
  ],
  [
    'no call comes, and the API servers tell nothing',
    { [names.lastCall]: flat(1_500), [names.objects]: undefined },
    'NoSyncCalls critical',
  ],

  ['calls are refused', { [calls('400')]: growing(0.1) }, 'SyncErrors warning'],
  ['calls were refused once', { [calls('400')]: flat(5) }],

  ['calls take seconds', { [within('2.5')]: growing(1.9) }, 'Slow warning'],
  ['calls take a second', { [within('0.1')]: growing(1) }],

  ['calls are turned away', { [calls('429')]: growing(0.1) }, 'Saturated warning'],
  ['few calls are turned away', { [calls('429')]: growing(0.01) }],
  ['as many calls as may be', { [names.inFlight]: flat(250) }, 'Saturated warning'],
  ['half as many calls as may be', { [names.inFlight]: flat(128) }],

  ['the certificate ends in 20 days', { [names.certificate]: flat(20) }, 'CertificateEnds warning'],
  [
    'the certificate ends in 2 days',
    { [names.certificate]: flat(2) },
    'CertificateEnds critical',
    'CertificateEnds warning',
  ],
  ['the certificate is renewed in time', { [names.certificate]: flat(29) }],
  ['there is no certificate', { [names.certificate]: undefined }],

  ['Metacontroller is away', { [names.metacontrollerUp]: flat(0) }, 'MetacontrollerAway critical'],
  ['Metacontroller restarts', { [names.metacontrollerUp]: turning(1, 0, 4) }],
  ['the queue does not get empty', { [names.depth]: flat(40) }, 'MetacontrollerQueue warning'],
  ['the queue fills and empties', { [names.depth]: '40+0x50 0 40+0x9' }],

  [
    'tries find no hook',
    { [names.tries]: growing(3), [names.retries]: growing(1) },
    'MetacontrollerRetries warning',
  ],
  [
    'tries are answered with 500',
    { [synced('200')]: growing(1), [synced('500')]: growing(1), [names.retries]: growing(1) },
    'MetacontrollerRetries warning',
  ],
  ['objects are looked at again', { [names.retries]: growing(1) }],
  ['objects are deleted', { [names.tries]: growing(2.4), [names.finalized]: growing(0.2) }],
  [
    'calls are asked to come again',
    { [synced('200')]: growing(1), [synced('429')]: growing(1), [names.retries]: growing(1) },
  ],
]
