import { nkeys } from '@nats-io/transport-node'
import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { type NatsSettings, verifyFiles } from '../../server/nats/connection-options.ts'
import { file } from '../lib/file.ts'
import { notification } from '../lib/notification.ts'
import { openService, startServer } from '../lib/real-broker.ts'
import { makeOperator } from './operator.ts'

const timeoutMs = 5_000

function makeNkey() {
  const pair = nkeys.createUser()
  return { key: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) }
}

const users = (...lines: string[]) => `authorization { users: [ ${lines.join(', ')} ] }`

t.test('logs in with each kind of credentials', async (t) => {
  const operator = makeOperator()
  const nkey = makeNkey()
  const user = '{ user: flip, password: "right" }'
  const login: [string, string, Partial<NatsSettings>, Partial<NatsSettings>][] = [
    ['a token', 'authorization { token: right }', { token: 'right' }, { token: 'wrong' }],
    [
      'user and password',
      users(user),
      { user: 'flip', password: 'right' },
      { user: 'flip', password: 'wrong' },
    ],
    [
      'the seed of an nkey',
      users(`{ nkey: ${nkey.key} }`),
      { nkeyFile: (await file(t, `${nkey.seed}\n`)).path },
      { nkeyFile: (await file(t, makeNkey().seed)).path },
    ],
    [
      'a credentials file without the last line ending',
      operator.config(),
      { credsFile: (await file(t, operator.user().creds.trim())).path },
      { credsFile: (await file(t, makeOperator().user().creds)).path },
    ],
  ]
  for (const [name, config, right, wrong] of login)
    t.test(name, async (t) => {
      const { url } = await startServer(t, { config })
      for (const [what, settings, expected] of [
        ['that is known', right, 'stored'],
        ['that is not', wrong, 'NotAuthorized'],
        ['that is missing', {}, 'NotAuthorized'],
      ] as const) {
        const { notifier, firstAttempt, close } = openService(t, { url, ...settings })
        await firstAttempt
        t.equal((await notifier.publish(notification(3), timeoutMs)).kind, expected, what)
        await close(100)
      }
    })
})

t.test('reads a changed file after the server has revoked the old credentials', async (t) => {
  const operator = makeOperator()
  const [a, b] = [operator.user(), operator.user()]
  const [c, d] = [makeNkey(), makeNkey()]
  for (const [name, before, after, setting, oldFile, newFile] of [
    ['credentials', operator.config(), operator.config([a.key]), 'credsFile', a.creds, b.creds],
    [
      'the seed of an nkey',
      users(`{ nkey: ${c.key} }`),
      users(`{ nkey: ${d.key} }`),
      'nkeyFile',
      c.seed,
      d.seed,
    ],
  ] as const)
    t.test(name, async (t) => {
      const server = await startServer(t, { config: before })
      const { path, put } = await file(t, oldFile)
      const { notifier, firstAttempt, heard } = openService(t, { url: server.url, [setting]: path })
      const heardLast = (kind: string) =>
        waitFor(
          async () => heard.at(-1),
          (last) => last === kind,
        )
      await firstAttempt
      t.equal((await notifier.publish(notification(1), timeoutMs)).kind, 'stored')
      await server.configure(after)
      await heardLast('NotAuthorized')
      await put(newFile)
      await heardLast('connected')
      t.equal((await notifier.publish(notification(2), timeoutMs)).kind, 'stored')
    })
})

t.test('logs in with files of all editors and tools', async (t) => {
  const operator = makeOperator()
  const nkey = makeNkey()
  const { creds } = operator.user()
  const dashes = creds.replaceAll('---\n', '--- \n')
  for (const [config, setting, texts] of [
    [operator.config(), 'credsFile', [creds.replaceAll('\n', '\r\n'), dashes]],
    [
      users(`{ nkey: ${nkey.key} }`),
      'nkeyFile',
      [`${nkey.seed}\r\n`, `${nkey.seed}\n${nkey.key}\n`],
    ],
  ] as const) {
    const { url } = await startServer(t, { config })
    for (const text of texts) {
      const settings = { url, [setting]: (await file(t, text)).path }
      t.equal(verifyFiles(settings), undefined)
      const { notifier, firstAttempt, close } = openService(t, settings)
      await firstAttempt
      const { kind } = await notifier.publish(notification(3), timeoutMs)
      t.match(kind, /^(stored|duplicate)$/, JSON.stringify(text.slice(0, 40)))
      await close(100)
    }
  }
})

t.test('distinguishes an invalid file from a refusal, and uses it once it is fixed', async (t) => {
  const operator = makeOperator()
  const { creds, seed } = operator.user()
  const { url } = await startServer(t, { config: operator.config() })
  const { path, put } = await file(t, 'nonsense')
  const at = async (content: string) => (await file(t, content)).path
  for (const [name, settings, cause] of [
    ['credentials that are none', { credsFile: path }, 'NATS_CREDS names a file without a seed'],
    [
      'credentials without a token',
      { credsFile: await at(seed) },
      /^NATS_CREDS .*without a token$/,
    ],
    ['emptied credentials', { credsFile: await at('') }, 'NATS_CREDS names an empty file'],
    ['a seed that is none', { nkeyFile: path }, 'NATS_NKEY names a file without a seed'],
    ['a seed cut off', { nkeyFile: await at(seed.slice(0, -4)) }, /^NATS_NKEY .*not valid$/],
    ['a file that is gone', { credsFile: `${path}.gone` }, /^NATS_CREDS .*\(ENOENT\)$/],
  ] as const) {
    t.match(verifyFiles({ url, ...settings })?.message, cause, `${name}: reported at startup`)
    const { notifier, firstAttempt, close, causes } = openService(t, { url, ...settings })
    await firstAttempt
    const [setting = ''] = causes[0]?.split(' ') ?? []
    t.same(
      await notifier.publish(notification(1), timeoutMs),
      { kind: 'InvalidFile', setting },
      name,
    )
    t.match(causes, [cause])
    await close(100)
  }
  const { notifier, heard } = openService(t, { url, credsFile: path })
  await put(creds)
  await waitFor(
    async () => heard.at(-1),
    (last) => last === 'connected',
  )
  t.equal((await notifier.publish(notification(1), timeoutMs)).kind, 'stored')
})
