import { type Env, run } from '../../../hack/lib/process.ts'
import { findManifests } from '../../lib/plane/find-metacontroller.ts'
import { frame, make } from './frame.ts'
import { isInterrupted } from './interrupt.ts'
import { play } from './play.ts'
import type { Case } from './tap-cases.ts'
import { contextTarget, kindTarget } from './target.ts'
import { leftIn } from './traces.ts'

/** The name of the image that runs in the cluster. */
async function imageIn(env: Env): Promise<string> {
  const where = ['--namespace', 'coinflip-system', 'deployment/coinflip-operator']
  const what = ['--output', 'jsonpath={.spec.template.spec.containers[0].image}']
  const all = { env: { ...process.env, ...env }, limitMs: 60_000 }
  return (await run('kubectl', ['get', ...where, ...what], all)).stdout
}

/** Takes the operator out; what is left of it is a fault. */
async function undeploy(env: Env): Promise<string> {
  // What a case was kept from finishing may hold objects that nobody will miss.
  const { code, text } = await make(env, 'undeploy', ...(isInterrupted() ? ['FORCE=1'] : []))
  if (code !== 0) return text
  // The stream outlives it where there are volumes, and goes the way that it tells.
  const [, kept] = /kubectl (delete namespace \S+)`/.exec(text) ?? []
  const how = { env: { ...process.env, ...env }, limitMs: 120_000 }
  if (kept) await run('kubectl', kept.split(' '), how)
  return leftIn(env)
}

/** Plays the cases in a cluster, and all that brings the operator there and takes it out. */
export async function clusterMode(themes: readonly string[]): Promise<Case[]> {
  const { CONTEXT, IMG } = process.env
  const target = CONTEXT ? await contextTarget(CONTEXT, IMG) : await kindTarget()
  const env = { ...target.env, ...(await findManifests(process.env)) }
  const cases: Case[] = []
  const step = async (name: string, work: () => Promise<string>) => {
    cases.push(await frame(name, work))
    return cases.at(-1)?.result === 'passed'
  }
  const plain = (words: readonly string[]) =>
    step(`make ${words.join(' ')}`, async () => {
      const { code, text } = await make(env, ...words)
      return code === 0 ? '' : text
    })

  let up = true
  for (const words of target.up) up &&= !isInterrupted() && (await plain(words))
  if (up) {
    cases.push(...(await play('cluster', themes, { ...env, IMG: await imageIn(env) })))
  }
  const goesAnyway = isInterrupted() && target.down.length > 0
  if (up && !goesAnyway) {
    await plain(['uninstall', 'DELETE_COINFLIPS=1'])
    await step('make undeploy leaves nothing', () => undeploy(env))
  }
  for (const words of target.down) await plain(words)
  return cases
}
