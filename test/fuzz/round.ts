import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../../hack/lib/broker.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { isOk } from '../../hack/lib/is-ok.ts'
import { readStream } from '../../hack/lib/read-stream.ts'
import { startService } from '../../hack/lib/service.ts'
import { readCalls } from './calls.ts'
import { callWithMilestone, occupyCall } from './occupy-call.ts'
import { runSchemathesis } from './schemathesis.ts'
import { judge } from './verdict.ts'

/** How one round sets up the service and calls it. */
interface Plan {
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

/** What a round found. */
export type Round = Awaited<ReturnType<typeof runRound>>

/** Fuzzes a new service on a new broker, and judges the service and the stream afterwards. */
export async function runRound(
  plan: Plan,
  options: { natsServer: string; packages: string; seed: number; seconds: number },
) {
  const { token, phases, isBusy, reaches } = plan
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-fuzz-'))
  const forget = onExitRemove(dir)
  const tokens = join(dir, 'tokens')
  if (token) writeFileSync(tokens, `${token}\n`, { mode: 0o600 })
  const broker = await startBroker({ binary: options.natsServer })
  try {
    const access = token ? { AUTH_TOKEN_FILE: tokens } : {}
    const service = await startService({
      env: { ...plan.settings, NATS_URL: broker.url, ...access },
      entry: 'server/main.ts',
    })
    const { url } = service
    const release = isBusy ? occupyCall(url, broker) : undefined
    const seconds = plan.seconds ?? options.seconds
    const { found, report } = await runSchemathesis({
      ...options,
      seconds,
      url,
      dir,
      phases,
      token,
    })
    const occupying = (await release?.()) ?? []

    const faults: string[] = []
    const last = await callWithMilestone(url, 'after-fuzz', token).catch((error: Error) => error)
    if (last instanceof Error) faults.push(`the service does not answer any more: ${last.message}`)
    else if (!JSON.stringify(last.answer).includes('"notifications":1'))
      faults.push(`the service does not publish any more: ${JSON.stringify(last)}`)
    if (!(await isOk(`${service.adminUrl}/readyz`)))
      faults.push('/readyz reports that the service is not ready')
    const bugs = service.log.filter((line) => !/"level":(?:"(?:info|warn)"|[34]0)/.test(line))
    faults.push(...bugs.map((line) => `the service logged ${line}`))
    const { code, cause } = await service.stop()
    if (code !== 0) faults.push(`the service ended with ${cause}`)

    const calls = await readCalls(report)
    for (const wanted of reaches)
      if (!calls.some(({ status }) => status === wanted))
        faults.push(`no call was answered with ${wanted}; a larger SECONDS gives it more time`)
    const asked = [...calls, ...occupying, ...(last instanceof Error ? [] : [last])]
    const verdict = judge(asked, await readStream(broker.url, 'COINFLIPS'))
    return {
      calls,
      stored: verdict.stored,
      /** The report of schemathesis if it found a failure. */
      found,
      /** As sentences. */
      faults: [...faults, ...verdict.faults],
    }
  } finally {
    await broker.stop()
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}
