import { connect } from './cluster/context.ts'
import { needCrd } from './cluster/crd.ts'
import { createSamples } from './cluster/samples.ts'
import { say } from './cluster/step.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl, namespace } = await connect()
  await needCrd(kubectl)
  const samples = await createSamples(kubectl, process.env.NAMESPACE || namespace)
  for (const { line } of samples) say(line)
  return 0
})
