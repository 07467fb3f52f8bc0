import { kubectlWith } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { parseObjects } from '../lib/manifests.ts'
import { UserError } from '../lib/user-error.ts'
import { isTooOld, pinnedVersion } from './metacontroller.ts'

const pinned = `https://github.com/metacontroller/metacontroller//manifests/production?ref=v${pinnedVersion}`

/** The image of Metacontroller in its manifests. */
export function imageIn(objects: readonly KubeObject[]): string | undefined {
  const workload = objects.find(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')
  return workload?.spec?.template?.spec?.containers?.[0]?.image
}

/** Why these manifests are unusable; undefined if they are fine. */
export function findFault(objects: readonly KubeObject[]): string | undefined {
  const image = imageIn(objects)
  if (image === undefined) return 'there is no Metacontroller in it'
  return isTooOld({ image }) ? `${image} is older than ${pinnedVersion}` : undefined
}

/** Metacontroller's own manifests: of the pinned version, or from METACONTROLLER_MANIFESTS. */
export async function metacontrollerManifests(
  folder = process.env.METACONTROLLER_MANIFESTS,
): Promise<KubeObject[]> {
  const { stdout, stderr, failure } = await kubectlWith()(['kustomize', folder || pinned])
  const cause = failure && (/fatal: (.*)/.exec(stderr)?.[1] ?? failure)
  if (cause && !folder)
    throw new UserError(
      `${pinned} cannot be fetched (${cause}): METACONTROLLER_MANIFESTS=FOLDER uses a copy`,
    )
  const objects = cause ? [] : parseObjects(stdout)
  const fault = cause ?? findFault(objects)
  const source = folder ? `METACONTROLLER_MANIFESTS=${folder}` : pinned
  if (fault) throw new UserError(`${source}: ${fault}`)
  return objects
}
