import { type Trust, trustOf } from './certificate.ts'
import type { Known } from './check.ts'
import { helpFor, hookUrl } from './composite.ts'
import { type Finding, skipped } from './finding.ts'
import { callSync } from './hook-call.ts'
import type { Outside } from './outside.ts'
import { judgeAbsence, judgeAnswer, lookAtEndpoints, lookAtReadiness, targetOf } from './service.ts'

type Sight = Partial<Known> & Pick<Known, 'cluster' | 'composite'>

function authorities(trust: Trust): { ca?: string[] } {
  return trust.kind === 'inline' ? { ca: trust.authorities.map(String) } : {}
}

/** Calls the service where `run` has it: at the address that the CompositeController has. */
export async function* lookAtLocal(known: Sight): AsyncGenerator<Finding> {
  const { composite } = known
  const url = hookUrl(composite, 'sync')
  if (!url) return
  const answer = await callSync(url, authorities(trustOf(composite, url)))
  if (answer.shown || answer.code !== undefined) known.answer = answer
  yield judgeAbsence(answer, composite) ?? judgeAnswer(answer, composite, url, 'make run')
}

/** Calls the service in the cluster by the API server, which reaches it as Metacontroller does. */
export async function* lookAtDeployed(outside: Outside, known: Sight): AsyncGenerator<Finding> {
  const { cluster, composite, deployment } = known
  const url = hookUrl(composite, 'sync')
  if (!url) return
  const target = targetOf(url)
  if (!target) return yield skipped(`${url.host} is no Service of this cluster`)
  const help = helpFor(composite, deployment)
  const log = `kubectl --namespace ${target.namespace} logs deployment/coinflip-operator`
  const endpoints = await lookAtEndpoints(cluster.kubectl, target, help)
  yield endpoints
  if (endpoints.level !== 'ok') return
  yield await lookAtReadiness(cluster.kubectl, target, log)
  const way = await outside.forward(cluster, target.namespace, target.name, target.port)
  try {
    const answer = await callSync(url, {
      port: way.port,
      ...authorities(trustOf(composite, url)),
    })
    if (answer.shown || answer.code !== undefined) known.answer = answer
    yield judgeAnswer(answer, composite, url, log)
  } finally {
    await way.stop()
  }
}
