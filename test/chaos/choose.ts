import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificates } from '../../hack/lib/certificates.ts'
import { playWorld } from './played/world.ts'
import { type RealWorldOptions, startRealWorld } from './real/world.ts'
import type { RunOptions } from './run.ts'

export interface Choice {
  env: NodeJS.ProcessEnv
  certificates: Certificates | undefined
  /** Why it has to be a played world, if it has. */
  whyPlayed: string | undefined
}

/** What a real world is made of. */
export type RealParts = Pick<RealWorldOptions, 'assets' | 'metacontroller' | 'manifests'>

/** What names the parts of the real form, each with what has to be in it. */
const names = {
  KUBEBUILDER_ASSETS: 'kube-apiserver',
  METACONTROLLER_BIN: '',
  METACONTROLLER_MANIFESTS: 'metacontroller-crds-v1.yaml',
} as const

/** The parts of a real world as the environment names them, or which of them is missing. */
export function findParts(env: NodeJS.ProcessEnv): RealParts | { why: string } {
  for (const [name, file] of Object.entries(names)) {
    const folder = env[name]
    if (!folder) return { why: `${name} is not set` }
    if (!existsSync(join(folder, file))) return { why: `${name} holds no ${file || 'file'}` }
  }
  const { KUBEBUILDER_ASSETS = '', METACONTROLLER_BIN = '', METACONTROLLER_MANIFESTS = '' } = env
  return {
    assets: KUBEBUILDER_ASSETS,
    metacontroller: METACONTROLLER_BIN,
    manifests: METACONTROLLER_MANIFESTS,
  }
}

/** The world of a run: a real one where all its parts are there, or else why it is a played one. */
export function chooseWorld({ env, certificates, whyPlayed }: Choice): {
  startWorld: RunOptions['startWorld']
  /** Absent where the world is a played one. */
  parts?: RealParts
  why?: string
} {
  const parts = whyPlayed ? { why: whyPlayed } : findParts(env)
  if ('why' in parts) {
    const ca = certificates?.ca
    return { startWorld: (port, pace) => playWorld(port, pace, ca), why: parts.why }
  }
  const resyncPeriodSeconds = env.RESYNC ? Number(env.RESYNC) : undefined
  return {
    startWorld: (hooksPort) =>
      startRealWorld({ ...parts, hooksPort, certificates, resyncPeriodSeconds }),
    parts,
  }
}
