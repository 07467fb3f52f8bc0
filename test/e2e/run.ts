import t from 'tap'
import { nextSignal } from '../../hack/lib/exit.ts'
import { openCluster } from '../lib/cluster/cluster.ts'
import type { Theme } from '../lib/cluster/environment.ts'
import { openHost } from '../lib/cluster/host.ts'
import { endMakes } from '../lib/cluster/make.ts'

const { E2E_MODE, E2E_THEMES = '' } = process.env
const themeLimitMs = E2E_MODE === 'cluster' ? 900_000 : 180_000

// Each theme has its own limit, and opening takes as long as the cluster needs.
t.setTimeout(0)
const env = E2E_MODE === 'cluster' ? await openCluster() : await openHost()
t.teardown(() => env.close())
void nextSignal().then(async () => {
  await endMakes()
  // On this machine everything ends with this process.
  if (E2E_MODE === 'cluster') await env.close()
  process.exit(130)
})
for (const theme of E2E_THEMES.split(',')) {
  const { default: cases }: { default: Theme } = await import(`./cases/${theme}.ts`)
  t.test(theme, { timeout: themeLimitMs }, (t) => cases(t, env))
}
