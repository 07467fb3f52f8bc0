import type { Cluster } from '../kube/context.ts'
import type { Forward } from '../kube/port-forward.ts'

/** What the checks use outside this process. */
export interface Environment {
  env: NodeJS.ProcessEnv
  /** Finds the cluster of the current context. */
  connect(): Promise<Cluster>
  /** The command lines of all processes of this machine. */
  processes(): Promise<string>
  forward(cluster: Cluster, namespace: string, service: string, port: number): Promise<Forward>
}
