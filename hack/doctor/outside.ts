import type { Cluster } from '../cluster/context.ts'
import type { Forward } from '../cluster/port-forward.ts'

/** What the checks reach for outside of this process. */
export interface Outside {
  env: NodeJS.ProcessEnv
  /** Finds the cluster of the current context. */
  connect(): Promise<Cluster>
  /** The command lines of this machine. */
  processes(): Promise<string>
  forward(cluster: Cluster, namespace: string, service: string, port: number): Promise<Forward>
}
