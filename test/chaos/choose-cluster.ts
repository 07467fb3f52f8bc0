import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificates } from '../../server/cluster/certificates.ts'
import { type RealClusterOptions, startRealCluster } from './real/cluster.ts'
import type { RunOptions } from './run.ts'
import { simulateCluster } from './simulated/cluster.ts'

/** What a real cluster is started from. */
export type ClusterPrograms = Pick<RealClusterOptions, 'assets' | 'metacontroller' | 'manifests'>

/** The variables that name the programs, each with a file that has to be in its folder. */
const variables = {
  KUBEBUILDER_ASSETS: 'kube-apiserver',
  METACONTROLLER_BIN: '',
  METACONTROLLER_MANIFESTS: 'metacontroller-crds-v1.yaml',
} as const

/** The programs of a real cluster as the environment names them, or which of them is missing. */
export function findPrograms(env: NodeJS.ProcessEnv): ClusterPrograms | { why: string } {
  for (const [name, file] of Object.entries(variables)) {
    const path = env[name]
    if (!path) return { why: `${name} is not set` }
    if (!existsSync(join(path, file))) return { why: `${name} holds no ${file || 'file'}` }
  }
  const { KUBEBUILDER_ASSETS = '', METACONTROLLER_BIN = '', METACONTROLLER_MANIFESTS = '' } = env
  return {
    assets: KUBEBUILDER_ASSETS,
    metacontroller: METACONTROLLER_BIN,
    manifests: METACONTROLLER_MANIFESTS,
  }
}

/** A real cluster where all its programs are present, or else a simulated one and the reason. */
export function chooseCluster(options: {
  env: NodeJS.ProcessEnv
  certificates: Certificates | undefined
  /** Why it has to be a simulated one, if it has. */
  whySimulated: string | undefined
}): {
  startCluster: RunOptions['startCluster']
  /** Absent where the cluster is simulated. */
  programs?: ClusterPrograms
  why?: string
} {
  const { env, certificates, whySimulated } = options
  const programs = whySimulated ? { why: whySimulated } : findPrograms(env)
  if ('why' in programs) {
    const ca = certificates?.ca
    return { startCluster: (port, pace) => simulateCluster(port, pace, ca), why: programs.why }
  }
  const resyncPeriodSeconds = env.RESYNC ? Number(env.RESYNC) : undefined
  return {
    startCluster: (hooksPort) =>
      startRealCluster({ ...programs, hooksPort, certificates, resyncPeriodSeconds }),
    programs,
  }
}
