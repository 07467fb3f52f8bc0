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
import { occupyCall } from './occupy-call.ts'
import { runSchemathesis } from './schemathesis.ts'
import { judge, type Verdict } from './verdict.ts'

/** How one round sets up the service and calls it. */
export interface Plan {
  name: string
  phases: string
  /** Time limit; without it SECONDS applies. */
  seconds?: number
  token?: string
  /** Has another call in its hook all the time. */
  isBusy?: boolean
  settings: Record<string, string>
  /** Statuses that the round has to reach to prove anything. */
  reaches: readonly number[]
}

// Ends by itself after a few hundred calls, within seconds on an idle machine.
const coverage = { phases: 'examples,coverage', seconds: 120 }

export const plans: readonly Plan[] = [
  {
    name: 'each part of the OpenAPI description',
    ...coverage,
    settings: {},
    reaches: [200, 400, 405, 415],
  },
  {
    name: 'the same with a token and a small body limit',
    ...coverage,
    token: 'a-token-that-is-known',
    settings: { BODY_LIMIT: '1024' },
    reaches: [400, 401, 405, 413, 415],
  },
  {
    name: 'the same while another call occupies the only slot',
    ...coverage,
    isBusy: true,
    settings: { MAX_CALLS: '1', PUBLISH_BUDGET_MS: '2000' },
    reaches: [405, 429],
  },
  { name: 'random calls', phases: 'fuzzing', settings: {}, reaches: [200, 400] },
]

export interface Round {
  calls: readonly Call[]
  verdict: Verdict
  /** The report of schemathesis if it found a failure. */
  found: string | undefined
  /** Faults of the service afterwards. */
  faults: string[]
}

const milestone = {
  parent: {
    metadata: { namespace: 'after', name: 'fuzz', uid: 'after-fuzz' },
    spec: { flips: ['Tails', 'Tails', 'Tails'] },
  },
}

/** Makes one more call, and looks at the probe and the log; answers the faults in sentences. */
async function checkAfterwards(service: Service, token = ''): Promise<string[]> {
  const faults: string[] = []
  const response = await fetch(`${service.url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(milestone),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => error)
  if (response instanceof Error)
    faults.push(`the service does not answer any more: ${response.message}`)
  else {
    const text = await response.text()
    if (!text.includes('"notifications":1'))
      faults.push(`the service does not publish any more: ${response.status} ${text}`)
  }
  if (!(await isOk(`${service.adminUrl}/readyz`)))
    faults.push('/readyz reports that the service is not ready')
  const bugs = service.log.filter((line) => !/"level":(?:"(?:info|warn)"|[34]0)/.test(line))
  return [...faults, ...bugs.map((line) => `the service logged ${line}`)]
}

/** Fuzzes a new service on a new broker, and judges the service and the stream afterwards. */
export async function runRound(
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
    const release = plan.isBusy ? occupyCall(url, broker) : undefined
    const found = await runSchemathesis({
      packages,
      url,
      dir,
      seed,
      phases,
      seconds,
      headers,
      report,
    })
    const occupying = (await release?.()) ?? []
    const faults = await checkAfterwards(service, token)
    const { code, cause } = await service.stop()
    if (code !== 0) faults.push(`the service ended with ${cause}`)
    const calls = await readCalls(report)
    for (const wanted of plan.reaches)
      if (!calls.some(({ status }) => status === wanted))
        faults.push(`no call was answered with ${wanted}; a larger SECONDS gives it more time`)
    const last = { method: 'POST', path: '/sync', sent: milestone, status: 200, answer: {} }
    const asked = [...calls, ...occupying, { ...last, answer: { status: { notifications: 1 } } }]
    const verdict = judge(asked, await readStream(broker.url, 'COINFLIPS'))
    return { calls, verdict, faults, found }
  } finally {
    await broker.stop()
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}
