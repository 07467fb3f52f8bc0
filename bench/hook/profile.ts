import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Loader, makeLoad } from '../../test/lib/load/load.ts'
import type { Stand } from '../../test/lib/load/stand.ts'
import { flameGraph } from './flame.ts'
import { startBuilt } from './servers.ts'

/** Profiles a service of its own under load, and answers the flame graph. */
export async function profileHook(
  { entry, broker, pin, dir }: Stand,
  loader: Loader,
  body: string,
  seconds: number,
): Promise<string> {
  const folder = mkdtempSync(join(dir, 'profile-'))
  const args = ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${folder}`]
  const service = await startBuilt('the service', { entry, natsUrl: broker.url, pin, args })
  await makeLoad(loader, service, { body, seconds })
  await service.stop()
  const [file = ''] = readdirSync(folder)
  return flameGraph('The hook under load', JSON.parse(readFileSync(join(folder, file), 'utf8')))
}
