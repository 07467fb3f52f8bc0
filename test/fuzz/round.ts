import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStream } from '../../hack/demo/listener.ts'
import { startBroker } from '../../hack/lib/broker.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { isOk } from '../../hack/lib/is-ok.ts'
import { type Service, startService } from '../../hack/lib/service.ts'
import { type Call, readCalls } from './calls.ts'
import { holdPlace } from './hold.ts'
import { fuzz } from './schemathesis.ts'
import { judge, type Verdict } from './verdict.ts'

/** A way in which the service is set up, and what is done to it. */
export interface Plan {
  name: string
  phases: string
  /** Without it the time is the caller's to choose. */
  seconds?: number
  token?: string
  /** Whether a call is held open meanwhile. */
  busy?: boolean
  settings: Record<string, string>
  /** Answers without which it got too little done to tell anything. */
  reaches: readonly number[]
}

// Ends of its own accord after a few hundred calls, within seconds on a machine that is idle.
const coverage = { phases: 'examples,coverage', seconds: 120 }

export const plans: readonly Plan[] = [
  {
    name: 'each part of the description',
    ...coverage,
    settings: {},
    reaches: [200, 400, 405, 415],
  },
  {
    name: 'the same with a token and little room',
    ...coverage,
    token: 'a-token-that-is-known',
    settings: { BODY_LIMIT: '1024' },
    reaches: [400, 401, 405, 413, 415],
  },
  {
    name: 'the same while another call takes the only place',
    ...coverage,
    busy: true,
    settings: { MAX_CALLS: '1' },
    reaches: [405, 429],
  },
  { name: 'at random', phases: 'fuzzing', settings: {}, reaches: [200, 400] },
]

export interface Round {
  calls: readonly Call[]
  verdict: Verdict
  /** What schemathesis wrote if it found something. */
  found: string | undefined
  /** What was wrong with the service afterwards. */
  faults: string[]
}

const milestone = {
  parent: {
    metadata: { namespace: 'after', name: 'fuzz', uid: 'after-fuzz' },
    spec: { flips: ['Tails', 'Tails', 'Tails'] },
  },
}

/** One more call, and what the service has to say of all those before; sentences where wrong. */
async function faultsAfter(service: Service, token = ''): Promise<string[]> {
  const faults: string[] = []
  const response = await fetch(`${service.url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(milestone),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => error)
  if (response instanceof Error) faults.push(`it serves no more: ${response.message}`)
  else {
    const text = await response.text()
    if (!text.includes('"notifications":1'))
      faults.push(`it serves no more: ${response.status} ${text}`)
  }
  if (!(await isOk(`${service.adminUrl}/readyz`))) faults.push('/readyz says that it is not ready')
  const bugs = service.log.filter((line) => !/"level":(?:"(?:info|warn)"|[34]0)/.test(line))
  return [...faults, ...bugs.map((line) => `it logged ${line}`)]
}

/** Fuzzes a service of its own on a broker of its own, and judges what is left. */
export async function playRound(
  plan: Plan,
  options: { natsServer: string; packages: string; seed: number; seconds: number; entry?: string },
): Promise<Round> {
  const { natsServer, packages, seed, entry = 'server/main.ts' } = options
  const seconds = plan.seconds ?? options.seconds
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-fuzz-'))
  const forget = onExitRemove(dir)
  const report = join(dir, 'report.ndjson')
  const tokens = join(dir, 'tokens')
  const { token, phases } = plan
  if (token) writeFileSync(tokens, `${token}\n`, { mode: 0o600 })
  const broker = await startBroker({ binary: natsServer })
  try {
    const env = {
      ...plan.settings,
      NATS_URL: broker.url,
      ...(token ? { AUTH_TOKEN_FILE: tokens } : {}),
    }
    const service = await startService({ env, entry })
    const headers = token ? [`Authorization: Bearer ${token}`] : []
    const { url } = service
    const letGo = plan.busy ? await holdPlace(url) : undefined
    const found = await fuzz({ packages, url, dir, seed, phases, seconds, headers, report })
    await letGo?.()
    const faults = await faultsAfter(service, token)
    const { code, cause } = await service.stop()
    if (code !== 0) faults.push(`it ended with ${cause}`)
    const calls = await readCalls(report)
    for (const wanted of plan.reaches)
      if (!calls.some(({ status }) => status === wanted))
        faults.push(`it came to no answer ${wanted}: give it more time by SECONDS`)
    const last = { method: 'POST', path: '/sync', sent: milestone, status: 200, answer: {} }
    const asked = [...calls, { ...last, answer: { status: { notifications: 1 } } }]
    const verdict = judge(asked, await readStream(broker.url, 'COINFLIPS'))
    return { calls, verdict, faults, found }
  } finally {
    await broker.stop()
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}
