import { JetStreamApiError } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import t from 'tap'
import { interpretError } from '../../server/nats/outcome.ts'

const notReady = { kind: 'BrokerUnavailable', connected: true }
const issue = 'error of the server'
const api = (err_code: number, code: number, description = issue) =>
  new JetStreamApiError({ code, err_code, description })
const caused = (cause: Error) => new Error('wrapped', { cause })

for (const [name, error, expected] of [
  ['a repeat', api(10071, 400, 'wrong last sequence: 10'), { kind: 'duplicate' }],
  ['a subject that the server could not read', api(10071, 400, 'wrong last sequence: 0'), notReady],
  ['a full stream', api(10077, 503), { kind: 'StreamFull' }],
  ['an account out of storage', api(10047, 500), { kind: 'StreamFull' }],
  ['no resources', api(10023, 503), { kind: 'StreamFull' }],
  ['too little memory', api(10028, 500), { kind: 'StreamFull' }],
  ['an account over its limits', api(10002, 400), { kind: 'StreamFull' }],
  ['a missing stream', api(10059, 404), { kind: 'StreamMissing' }],
  ['another copy in flight', api(10164, 400), notReady],
  ['another copy in flight, by its id', api(10158, 409), notReady],
  ['too many in flight', api(10167, 429), notReady],
  ['no leader', api(10008, 503), notReady],
  ['no leader of the stream', api(10009, 503), notReady],
  ['an unlisted 5xx', api(19999, 500), notReady],
  ['an unlisted 408', api(19999, 408), notReady],
  ['an unlisted 429', api(19999, 429), notReady],
  ['another stream', api(10060, 400), { kind: 'Misconfigured', code: 10060, issue }],
  ['a message too large', api(10054, 400), { kind: 'Misconfigured', code: 10054, issue }],
  ['an unlisted 4xx', api(19999, 418), { kind: 'Misconfigured', code: 19999, issue }],
  ['more replicas than servers', api(10074, 500), { kind: 'Misconfigured', code: 10074, issue }],
  ['an account without JetStream', caused(api(10039, 503)), { kind: 'JetStreamNotEnabled' }],
  ['a server without JetStream', api(10076, 503), { kind: 'JetStreamNotEnabled' }],
  ['no answer in time', new errors.TimeoutError(), { kind: 'NoAnswer' }],
  [
    'a message beyond max_payload',
    errors.InvalidArgumentError.format('payload', 'x'),
    { kind: 'Misconfigured', code: 0 },
  ],
  ['a closed connection', new errors.ClosedConnectionError(), { kind: 'BrokerUnavailable' }],
  ['a drain', new errors.DrainingConnectionError(), { kind: 'BrokerUnavailable' }],
  ['a refused login', new errors.AuthorizationError('x'), { kind: 'NotAuthorized' }],
  [
    'a missing permission',
    caused(new errors.PermissionViolationError('x', 'publish', 'y')),
    { kind: 'NotAuthorized' },
  ],
  [
    'a subject that is none',
    new errors.InvalidSubjectError('a b'),
    { kind: 'Misconfigured', code: 0 },
  ],
  [
    'no responders',
    caused(new errors.RequestError('x', { cause: new errors.NoRespondersError('y') })),
    { kind: 'NoResponders' },
  ],
  ['an answer that is no JSON', new SyntaxError('x'), { kind: 'BrokerUnavailable' }],
  ['no error at all', undefined, { kind: 'BrokerUnavailable' }],
] as const)
  t.same(interpretError(error), expected, name)
