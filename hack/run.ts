import { connect, needRecent } from './cluster/context.ts'
import { needCrd } from './cluster/crd.ts'
import { serveFromHost } from './cluster/host.ts'
import { isSet } from './cluster/input.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const cluster = await connect()
  needRecent(cluster)
  await needCrd(cluster.kubectl, '`make install run`')
  return serveFromHost(cluster, isSet('FORCE'))
})
