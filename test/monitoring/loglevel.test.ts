import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startService } from '../../hack/lib/service.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { recorded } from '../lib/recorded.ts'

t.test('changes the level without a restart, and no level logs a secret', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-loglevel-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'tokens')
  const [password, token] = ['hunter2-of-nats', 'hunter2-of-the-hook']
  writeFileSync(file, `${token}\n`)
  const login = { NATS_URL: 'nats://127.0.0.1:1', NATS_USER: 'coinflip', NATS_PASSWORD: password }
  const service = await startService({
    env: { ...login, AUTH_TOKEN_FILE: file, LOG_LEVEL: 'error' },
  })
  t.teardown(() => service.kill())

  const put = async (level: string) => {
    const answer = await fetch(`${service.adminUrl}/loglevel`, { method: 'PUT', body: level })
    t.equal(answer.status, 200, `the level is ${level}`)
  }
  const call = async (
    authorization: string,
    body = JSON.stringify(recorded('sync-third-tail').body),
  ) => {
    const headers = { 'content-type': 'application/json', authorization }
    return (await fetch(`${service.url}/sync`, { method: 'POST', headers, body })).status
  }
  const logged = (text: string, times = 1) =>
    waitFor(
      async () => service.log.filter((line) => line.includes(text)),
      ({ length }) => length >= times,
    )

  t.equal(await call(`Bearer ${token}`), 200)
  t.same(service.log, [], 'nothing is logged at first')
  await put('trace')
  t.match(await logged('log level changed'), [/"level":40.*|"level":"trace"/])
  t.equal(await call(`Bearer ${token}`), 200)
  t.equal(await call('Bearer another-guess'), 401)
  t.equal(await call(`Bearer ${token}`, `{"${token}`), 400)
  t.match(await logged('"msg":"synced"'), [/"level":20/], 'a debug line')
  await put('error')
  t.equal((await logged('log level changed', 2)).length, 2, 'logged when it is lowered, too')
  const lines = service.log.length
  t.equal(await call(`Bearer ${token}`), 200)
  await service.stop()
  t.equal(service.log.length, lines, 'nothing is logged any more')
  for (const secret of [password, token, 'another-guess'])
    t.notOk(service.log.join('\n').includes(secret), `${secret} is nowhere in the log`)
})
