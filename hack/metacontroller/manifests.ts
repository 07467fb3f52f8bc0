import { kubectlWith } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { parseObjects } from '../lib/manifests.ts'
import { UserError } from '../lib/user-error.ts'
import { isTooOld, pinnedVersion, versionOf } from './metacontroller.ts'

const pinned = `https://github.com/metacontroller/metacontroller//manifests/production?ref=v${pinnedVersion}`

/** The image of Metacontroller in its manifests. */
export function imageIn(objects: readonly KubeObject[]): string | undefined {
  const workload = objects.find(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')
  return workload?.spec?.template?.spec?.containers?.[0]?.image
}

/** Why these manifests are unusable; undefined if they are fine. */
export function findFault(objects: readonly KubeObject[], exact: boolean): string | undefined {
  const image = imageIn(objects)
  if (image === undefined) return 'there is no Metacontroller in it'
  if (!exact) return isTooOld({ image }) ? `${image} is older than ${pinnedVersion}` : undefined
  const version = versionOf({ image })?.join('.')
  return version === pinnedVersion ? undefined : `${image} is not the pinned ${pinnedVersion}`
}

/** Metacontroller's own manifests: of the pinned version, or from METACONTROLLER_MANIFESTS. */
export async function metacontrollerManifests(
  folder = process.env.METACONTROLLER_MANIFESTS,
): Promise<KubeObject[]> {
  const source = folder || pinned
  const { stdout, stderr, failure } = await kubectlWith()(['kustomize', source])
  if (failure !== undefined && folder)
    throw new UserError(`METACONTROLLER_MANIFESTS=${folder} is no kustomization (${failure})`)
  if (failure !== undefined) {
    const cause = /fatal: (.*)/.exec(stderr)?.[1] ?? failure
    throw new UserError(
      `${pinned} cannot be fetched (${cause}): METACONTROLLER_MANIFESTS=FOLDER uses a copy`,
    )
  }
  const objects = parseObjects(stdout)
  const fault = findFault(objects, !folder)
  if (fault)
    throw new UserError(`${folder ? `METACONTROLLER_MANIFESTS=${folder}` : pinned}: ${fault}`)
  return objects
}
