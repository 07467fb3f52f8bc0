import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { playWorld } from '../../test/chaos/world.ts'
import type { Certificates } from '../lib/certificates.ts'
import { startRealWorld } from './real/world.ts'
import type { RunOptions } from './run.ts'

export interface Choice {
  env: NodeJS.ProcessEnv
  certificates: Certificates | undefined
}

/** What names the parts of the real form, each with what has to be in it. */
const parts = {
  KUBEBUILDER_ASSETS: 'kube-apiserver',
  METACONTROLLER_BIN: '',
  METACONTROLLER_MANIFESTS: 'metacontroller-crds-v1.yaml',
} as const

/** The world of a run: a real one where all its parts are there, or else why it is a played one. */
export function chooseWorld(choice: Choice): {
  startWorld: RunOptions['startWorld']
  why: string | undefined
} {
  const { env, certificates } = choice
  const played = (why: string) => ({ startWorld: playWorld, why })
  if (env.DRIVER === 'played') return played('DRIVER=played')
  for (const [name, file] of Object.entries(parts)) {
    const folder = env[name]
    if (!folder) return played(`${name} is not set`)
    if (!existsSync(join(folder, file))) return played(`${name} holds no ${file || 'file'}`)
  }
  const { KUBEBUILDER_ASSETS = '', METACONTROLLER_BIN = '', METACONTROLLER_MANIFESTS = '' } = env
  return {
    why: undefined,
    startWorld: (hooksPort) =>
      startRealWorld({
        assets: KUBEBUILDER_ASSETS,
        metacontroller: METACONTROLLER_BIN,
        manifests: METACONTROLLER_MANIFESTS,
        hooksPort,
        certificates,
        resyncPeriodSeconds: env.RESYNC ? Number(env.RESYNC) : undefined,
      }),
  }
}
