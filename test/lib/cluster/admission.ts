import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { Api } from './api.ts'
import type { Stored } from './coinflips.ts'

const folder = '/apis/games.example.com/v1alpha1/namespaces/default/coinflips'
const probe = {
  apiVersion: 'games.example.com/v1alpha1',
  kind: 'CoinFlip',
  metadata: { name: 'e2e-admission-probe', finalizers: ['games.example.com/e2e'] },
  spec: { flips: [] },
}

/**
 * Waits until the admission policies are in force, a moment after they were applied; half a minute
 * after it where the API server does not know the CompositeController's kind as yet.
 */
export async function policiesWork(api: Api, addFinalizer: boolean): Promise<void> {
  const isHeld = (name: string) => name.startsWith('metacontroller.io/')
  await waitFor(
    () => api.call<Stored>('POST', `${folder}?dryRun=All`, probe),
    ({ code, body }) => code === 201 && (body.metadata.finalizers?.some(isHeld) || !addFinalizer),
    { what: 'new objects get the finalizer', timeoutMs: 90_000 },
  )
  const path = `${folder}/${probe.metadata.name}`
  await api.call('POST', folder, probe)
  await api.call('DELETE', path)
  const append = [{ op: 'add', path: '/spec/flips/-', value: 'Tails' }]
  await waitFor(
    () => api.patch(`${path}?dryRun=All`, append),
    ({ code }) => code === 403,
    { what: 'flips of an object in deletion are refused' },
  )
  await api.patch(path, { metadata: { finalizers: null } })
}
