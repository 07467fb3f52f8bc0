import { type Env, run } from '../../../hack/lib/process.ts'
import { say } from '../../../hack/lib/script.ts'
import { make, shellOf } from '../../lib/cluster/make.ts'
import { findInstalledHelm } from '../../lib/find-helm.ts'
import { findManifests } from '../../lib/plane/find-metacontroller.ts'
import { findLeftovers } from './leftovers.ts'
import { isInterrupted, type Result, runCases } from './run.ts'
import { contextTarget, kindTarget } from './target.ts'

/** The name of the image that runs in the cluster. */
async function deployedImage(env: Env): Promise<string> {
  const workload = ['--namespace', 'coinflip-system', 'deployment/coinflip-operator']
  const output = ['--output', 'jsonpath={.spec.template.spec.containers[0].image}']
  return (await run('kubectl', ['get', ...workload, ...output], { env, limitMs: 60_000 })).stdout
}

/** What a target printed, if it failed. */
async function makeFault(env: Env, ...words: string[]): Promise<string> {
  const { code, text } = await make(env, ...words)
  return code === 0 ? '' : text
}

/** Removes the operator; what is left of it is a fault. */
async function undeploy(env: Env): Promise<string> {
  // Objects of a case that was interrupted may keep the deletion waiting; nobody will miss them.
  const { code, text } = await make(env, 'undeploy', ...(isInterrupted() ? ['FORCE=1'] : []))
  if (code !== 0) return text
  // With volumes the stream stays; the output says how to delete it.
  const [, namespace] = /kubectl (delete namespace \S+)`/.exec(text) ?? []
  if (namespace) await run('kubectl', namespace.split(' '), { env, limitMs: 120_000 })
  return findLeftovers(env)
}

/** Deploys the operator to a cluster, runs the cases, and removes the operator again. */
export async function runInCluster(files: readonly string[]): Promise<Result> {
  const { CONTEXT, IMG } = process.env
  const target = CONTEXT ? await contextTarget(CONTEXT, IMG) : await kindTarget()
  const HELM_BIN = await findInstalledHelm(process.env)
  const env = shellOf({ ...target.env, ...(await findManifests(process.env)), HELM_BIN })
  const result: Result = { passed: 0, failed: 0, skipped: [] }

  /** Counts what stands around the cases as a case; `work` resolves to what went wrong. */
  async function step(name: string, work: () => Promise<string>): Promise<boolean> {
    const fault = await work().catch(({ message }: Error) => message)
    say(`${fault === '' ? 'ok' : 'not ok'} - ${name}`)
    if (fault !== '') say(fault)
    result[fault === '' ? 'passed' : 'failed'] += 1
    return fault === ''
  }
  const makeStep = (words: readonly string[]) =>
    step(`make ${words.join(' ')}`, () => makeFault(env, ...words))

  let isUp = true
  for (const words of target.up) isUp &&= !isInterrupted() && (await makeStep(words))
  if (isUp) {
    const cases = await runCases('cluster', files, { ...env, IMG: await deployedImage(env) })
    result.passed += cases.passed
    result.failed += cases.failed
    result.skipped.push(...cases.skipped)
  }
  const goesAnyway = isInterrupted() && target.down.length > 0
  if (isUp && !goesAnyway) {
    await makeStep(['uninstall', 'DELETE_COINFLIPS=1'])
    await step('make undeploy leaves nothing', () => undeploy(env))
  }
  for (const words of target.down) await makeStep(words)
  return result
}
