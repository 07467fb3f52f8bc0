import { type Trust, trustOf } from './certificate.ts'
import type { Known } from './check.ts'
import { helpFor, hookUrl } from './composite.ts'
import type { Environment } from './environment.ts'
import { type Finding, skipped } from './finding.ts'
import { callSync } from './hook-call.ts'
import {
  checkEndpoints,
  checkReadiness,
  judgeAnswer,
  judgeStoppedRun,
  targetOf,
} from './service.ts'

type Facts = Partial<Known> & Pick<Known, 'cluster' | 'composite'>

function trustedCas(trust: Trust): { ca?: string[] } {
  return trust.kind === 'inline' ? { ca: trust.authorities.map(String) } : {}
}

/** Calls the service of `run` at the URL in the CompositeController. */
export async function* checkLocalService(known: Facts): AsyncGenerator<Finding> {
  const { composite } = known
  const url = hookUrl(composite, 'sync')
  if (!url) return
  const answer = await callSync(url, trustedCas(trustOf(composite, url)))
  if (answer.certificate || answer.code !== undefined) known.answer = answer
  yield judgeStoppedRun(answer, composite) ?? judgeAnswer(answer, composite, url, 'make run')
}

/** Calls the service in the cluster through a port-forward. */
export async function* checkDeployedService(
  environment: Environment,
  known: Facts,
): AsyncGenerator<Finding> {
  const { cluster, composite, deployment } = known
  const url = hookUrl(composite, 'sync')
  if (!url) return
  const target = targetOf(url)
  if (!target) return yield skipped(`${url.host} is no Service of this cluster`)
  const help = helpFor(composite, deployment)
  const log = `kubectl --namespace ${target.namespace} logs deployment/coinflip-operator`
  const endpoints = await checkEndpoints(cluster.kubectl, target, help)
  yield endpoints
  if (endpoints.level !== 'ok') return
  yield await checkReadiness(cluster.kubectl, target, log)
  const forward = await environment.forward(cluster, target.namespace, target.name, target.port)
  try {
    const answer = await callSync(url, {
      port: forward.port,
      ...trustedCas(trustOf(composite, url)),
    })
    if (answer.certificate || answer.code !== undefined) known.answer = answer
    yield judgeAnswer(answer, composite, url, log)
  } finally {
    await forward.stop()
  }
}
