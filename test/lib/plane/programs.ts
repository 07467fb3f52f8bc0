import { join } from 'node:path'
import { type Env, outputOf } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { findAssets } from './assets.ts'
import { findMetacontroller } from './find-metacontroller.ts'

/** What a control plane with Metacontroller is started from. */
export type Programs = Awaited<ReturnType<typeof requirePrograms>>

/** Finds or downloads the programs, and puts their kubectl on the PATH; a UserError names what is missing. */
export async function requirePrograms(env: Env) {
  const assets = await findAssets(env)
  process.env.PATH = `${assets}:${process.env.PATH}`
  const found = await findMetacontroller(env)
  const { METACONTROLLER_BIN: metacontroller, METACONTROLLER_MANIFESTS: manifests } = found
  if (!metacontroller || !manifests)
    throw new UserError(
      'no Metacontroller: METACONTROLLER_BIN and METACONTROLLER_MANIFESTS name one',
    )
  const kubernetes = await outputOf(join(assets, 'kube-apiserver'), '--version')
  return {
    /** Folder of etcd, kube-apiserver and kubectl. */
    assets,
    metacontroller,
    /** Folder of Metacontroller's manifests. */
    manifests,
    /** By program, for a report. */
    versions: {
      Kubernetes: kubernetes.replace('Kubernetes v', ''),
      Metacontroller: found.METACONTROLLER_VERSION,
    },
  }
}
