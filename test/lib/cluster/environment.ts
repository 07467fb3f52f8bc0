import type { StoredMessage } from '../../../hack/lib/oracle.ts'
import type { Env } from '../../../hack/lib/process.ts'
import type { Version } from '../../../hack/lib/version.ts'
import type { HookEndpoint } from '../plane/hook-endpoint.ts'
import type { Metacontroller } from '../plane/metacontroller.ts'
import type { Api } from './api.ts'
import type { CoinFlips } from './coinflips.ts'
import type { Kubectl } from './kubectl.ts'

/** A process or workload that a case stops for a while. Both functions may be repeated. */
export interface Stoppable {
  /** Kills it, or scales it to nothing in a cluster, and resolves when it is gone. */
  stop(): Promise<void>
  /** Resolves when it works again, at its old address. */
  start(): Promise<void>
}

/** Requirements of a case, each with the reason to skip it where it is missing. */
export const reasons = {
  metacontroller: 'needs a Metacontroller',
  manifests: "needs Metacontroller's manifests",
  cluster: 'belongs to cluster mode',
  host: 'belongs to host mode',
  policies: 'needs the admission policies about the finalizer, which Kubernetes has since 1.36',
  helm: 'needs Helm 4: HELM_BIN names it',
} as const
export type Need = keyof typeof reasons

/** Options of a test that is skipped for the first missing requirement. */
export function skipUnless(
  all: readonly Need[],
  has: Partial<Record<Need, boolean>>,
): { skip: false | string } {
  const need = all.find((each) => !has[each])
  return { skip: need ? reasons[need] : false }
}

/** A cluster with the operator, on this machine or in Kubernetes. */
export interface Environment {
  readonly mode: 'host' | 'cluster'
  /** The release of its API server. */
  readonly version: Version
  /** A temporary folder, gone at the end. */
  readonly dir: string
  readonly kubectl: Kubectl
  /** The environment of a user whose current context is this cluster. */
  readonly shell: Env
  readonly api: Api
  readonly nats: Stoppable
  readonly service: Stoppable & {
    /** The sum of a metric over its processes; the name includes the labels. */
    metric(name: string): Promise<number>
    /** Replaces it as an upgrade does. */
    roll(): Promise<void>
  }
  readonly metacontroller: Stoppable
  /** Removes and installs the CompositeController and the admission policies. */
  readonly operator: {
    remove(): Promise<void>
    /** As FORCE=1 does: removes finalizers without publishing. */
    forceRemove(): Promise<void>
    install(): Promise<void>
  }
  /** Only in host mode. */
  readonly hooks?: {
    url: URL
    /** Sets another URL of the hooks; without one that of the service. */
    redirect(endpoint?: HookEndpoint): Promise<void>
    metacontrollerVersion(): string
    /** The present process. */
    metacontroller(): Metacontroller
  }
  /** Options of a test that is skipped where a requirement is missing. */
  needs(...all: Need[]): { skip: false | string }
  /** Creates a namespace for CoinFlips, which are deleted at the end. */
  coinflips(namespace: string): Promise<CoinFlips>
  /** Calls `work` with the URL of the NATS server. */
  withNats<T>(work: (url: string) => Promise<T>): Promise<T>
  /** The messages in the stream, of one object or of all. */
  messages(uid?: string): Promise<StoredMessage[]>
  /** Removes all that it created. */
  close(): Promise<void>
}
