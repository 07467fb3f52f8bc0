import t, { type Test } from 'tap'
import { kettle, kettleApp } from '../lib/kettle.ts'

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  ({
    method: 'POST',
    url: '/sync',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  }) as const

t.test('answers a sync call with the status of the function, and no children', async (t) => {
  const { app } = await kettleApp()
  t.teardown(() => app.close())
  const { statusCode, headers, body } = await app.inject(post({ parent: kettle }))
  t.equal(statusCode, 200)
  t.match(headers['content-type'], /^application\/json/)
  t.same(JSON.parse(body), { status: { boils: true }, children: [] })
})

t.test('sends children, resyncAfterSeconds and finalized, but no unknown fields', async (t) => {
  const child = { apiVersion: 'v1', kind: 'Cup', metadata: { name: 'c', namespace: 'kitchen' } }
  const children = { Cup: [child] }
  const answer = { status: { boils: false, extra: 1 }, children, resyncAfterSeconds: 1.5 }
  const { app } = await kettleApp({
    sync: () => ({ ...answer, secret: 'x' }),
    finalize: () => ({ ...answer, finalized: true }),
  })
  t.teardown(() => app.close())
  const expected = { status: { boils: false }, children: [child], resyncAfterSeconds: 1.5 }
  t.same((await app.inject(post({ parent: kettle }))).json(), expected)
  const finalized = await app.inject({ ...post({ parent: kettle }), url: '/finalize' })
  t.same(finalized.json(), { ...expected, finalized: true })
})

/** Builds an app that keeps the calls of its sync function. */
async function listening(t: Test) {
  const seen: { parent: unknown }[] = []
  const { app } = await kettleApp({
    sync(call) {
      seen.push(call)
      return { status: { boils: true } }
    },
  })
  t.teardown(() => app.close())
  return { app, seen }
}

t.test('passes unknown fields of the parent to the function unchanged', async (t) => {
  const { app, seen } = await listening(t)
  const parent = {
    ...kettle,
    metadata: { name: 'k', labels: { a: 'b' }, managedFields: [] },
    status: { boils: '3' },
  }
  const call = { parent, controller: { any: 1 }, related: {}, children: {}, future: [1, 'two'] }
  t.equal((await app.inject(post(call))).statusCode, 200)
  t.match(seen, [{ parent, children: { Cup: { size: 0 } }, related: {}, finalizing: false }])
})

t.test('reads a call independently of earlier calls', async (t) => {
  const { app, seen } = await listening(t)
  const metadata = { name: 'k', managedFields: [{ x: '"]' }], generation: 2 }
  const parents = [{ any: [1] }, { any: [1] }, 'scalar', { any: [2] }].map((status) => ({
    ...kettle,
    metadata,
    status,
  }))
  for (const parent of parents) t.equal((await app.inject(post({ parent }))).statusCode, 200)
  t.same(
    seen.map(({ parent }) => parent),
    parents,
  )
})

t.test('refuses invalid JSON anywhere in the body', async (t) => {
  const { app } = await listening(t)
  const whole = JSON.stringify({
    parent: { ...kettle, metadata: { name: 'k', managedFields: [0] } },
  })
  for (const wrong of ['[0,]', '[0 1]', '[nul]', "['a']", '[01]'])
    t.equal((await app.inject(post(whole.replace('[0]', wrong)))).statusCode, 400, wrong)
})

t.test('refuses invalid input in one short line that names the field', async (t) => {
  const { app } = await kettleApp()
  t.teardown(() => app.close())
  for (const [name, payload, code, error] of [
    ['no JSON', '{"parent"', 400, 'body is not valid JSON'],
    ['an empty body', '', 400, 'body is empty, a JSON object is expected'],
    ['a list', [], 400, 'body must be object'],
    ['null', 'null', 400, 'body must be object'],
    ['no parent', {}, 400, 'parent is missing'],
    [
      'a missing field',
      { parent: { ...kettle, spec: { mode: 'on' } } },
      400,
      'parent.spec.celsius is missing',
    ],
    [
      'a number as text is not made a number',
      { parent: { ...kettle, spec: { celsius: '100', mode: 'on' } } },
      400,
      'parent.spec.celsius must be number',
    ],
    [
      'a value that is not one of some',
      { parent: { ...kettle, spec: { celsius: 1, mode: 'warm' } } },
      400,
      'parent.spec.mode must be on or off',
    ],
    [
      'fields in a __proto__',
      `{"parent":{"__proto__":${JSON.stringify(kettle)}}}`,
      400,
      'parent.metadata is missing',
    ],
    [
      'a body above the limit',
      { parent: kettle, padding: 'x'.repeat(10_000) },
      413,
      'body is larger than the service accepts (setting BODY_LIMIT)',
    ],
  ] as const) {
    const response = await app.inject(post(payload))
    t.equal(response.statusCode, code, name)
    t.same(response.json(), { error }, name)
  }
})

t.test('limits an error to 200 characters', async (t) => {
  const { app } = await kettleApp()
  t.teardown(() => app.close())
  const response = await app.inject(post({ parent: { ...kettle, spec: { celsius: 1, mode: 1 } } }))
  t.ok(response.json().error.length <= 200)
})

t.test('refuses other content types, methods and paths', async (t) => {
  const { app } = await kettleApp({
    finalize: () => ({ status: { boils: true }, finalized: true }),
  })
  t.teardown(() => app.close())
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    const response = await app.inject(post({ parent: kettle }, { 'content-type': type }))
    t.equal(response.statusCode, 415, `content type "${type}"`)
    t.same(response.json(), { error: 'content type must be application/json' })
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    const response = await app.inject({ method, url: '/finalize?x=1' })
    t.equal(response.statusCode, 405, method)
    t.equal(response.headers.allow, 'POST')
  }
  const response = await app.inject({ method: 'POST', url: '/nothing' })
  t.equal(response.statusCode, 404)
  t.same(response.json(), { error: 'no such path, there is /sync and /finalize' })
})

t.test('has no finalize route without a finalize function', async (t) => {
  const { app } = await kettleApp()
  t.teardown(() => app.close())
  t.equal((await app.inject({ ...post({ parent: kettle }), url: '/finalize' })).statusCode, 404)
})

t.test('answers a bug with 500 and no details, and logs its stack', async (t) => {
  const { app, lines } = await kettleApp({
    sync() {
      throw new Error('password=hunter2')
    },
  })
  t.teardown(() => app.close())
  const response = await app.inject(post({ parent: kettle }))
  t.equal(response.statusCode, 500)
  t.same(response.json(), { error: "internal error, the service's log has the details" })
  t.equal(lines.length, 1)
  t.match(lines[0], /hunter2.*plugin\.test\.ts/)
})

t.test('an invalid object in deletion', async (t) => {
  const { app } = await kettleApp({
    finalize: () => ({ status: { boils: true }, finalized: false }),
    finalizeInvalid: (parent) =>
      JSON.stringify(parent ?? null).includes('invalid') ? { boils: false } : undefined,
  })
  t.teardown(() => app.close())
  for (const [name, payload, code] of [
    ['is deleted when finalizeInvalid gives a status', { parent: { spec: 'invalid' } }, 200],
    ['is refused otherwise', { parent: { spec: 'stay' } }, 400],
    ['is refused without a parent', {}, 400],
    ['is refused without an object', 'null', 400],
  ] as const) {
    const response = await app.inject({ ...post(payload), url: '/finalize' })
    t.equal(response.statusCode, code, name)
    if (code === 200)
      t.same(response.json(), { status: { boils: false }, children: [], finalized: true }, name)
  }
  const fitting = await app.inject({ ...post({ parent: kettle }), url: '/finalize' })
  t.equal(fitting.json().finalized, false, 'finalizeInvalid is not called for a valid object')
  t.equal(
    (await app.inject(post({ parent: { spec: 'invalid' } }))).statusCode,
    400,
    'nor in a sync call',
  )
})
