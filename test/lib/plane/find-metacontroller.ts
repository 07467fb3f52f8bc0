import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { which } from 'zx/core'
import { type KubeObject, yamlOf } from '../../../hack/kube/objects.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import type { Env } from '../../../hack/lib/process.ts'
import { spin, warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { imageIn, metacontrollerManifests } from '../../../hack/metacontroller/manifests.ts'
import { versionOf } from '../../../hack/metacontroller/metacontroller.ts'

/** Writes manifests to a folder for kustomize, so that they are downloaded once. */
async function folderOf(objects: readonly KubeObject[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'coinflip-metacontroller-'))
  onExitRemove(folder)
  const file = 'metacontroller.yaml'
  await writeFile(join(folder, file), yamlOf(objects))
  await writeFile(join(folder, 'kustomization.yaml'), stringify({ resources: [file] }))
  return folder
}

/** The variables that name Metacontroller's manifests, whose CRDs any API server needs. */
export async function findManifests(env: Env): Promise<Env> {
  const given = env.METACONTROLLER_MANIFESTS
  try {
    const objects = await spin("getting Metacontroller's manifests", () =>
      metacontrollerManifests(given),
    )
    return {
      METACONTROLLER_MANIFESTS: given || (await folderOf(objects)),
      METACONTROLLER_VERSION: versionOf({ image: imageIn(objects) ?? '' })?.join('.'),
    }
  } catch (error) {
    if (given || !(error instanceof UserError)) throw error
    warn(error.message)
    return {}
  }
}

/** The variables that name the program and the manifests, as far as they are found. */
export async function findMetacontroller(env: Env): Promise<Env> {
  const named = env.METACONTROLLER_BIN
  const path = await which(named || 'metacontroller', { nothrow: true })
  if (!path && named) throw new UserError(`e2e: METACONTROLLER_BIN=${named} is not a program`)
  if (!path) warn('no Metacontroller on the PATH: METACONTROLLER_BIN names one')
  return { ...(path && { METACONTROLLER_BIN: path }), ...(await findManifests(env)) }
}
