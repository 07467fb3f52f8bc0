import type { KubeObject } from '../../../hack/kube/objects.ts'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { Api } from './api.ts'

/** Waits until objects of these CRDs can be created. */
export async function established(api: Api, crds: readonly KubeObject[]): Promise<void> {
  // `kubectl wait` gives up on a CRD whose status has no conditions as yet.
  for (const { metadata } of crds)
    await waitFor(
      () =>
        api.call<{ status?: { conditions?: { type: string; status: string }[] } }>(
          'GET',
          `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`,
        ),
      ({ body }) =>
        body.status?.conditions?.some((it) => it.type === 'Established' && it.status === 'True'),
      { what: `${metadata.name} is established` },
    )
}
