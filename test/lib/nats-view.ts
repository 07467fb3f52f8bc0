/** A Raft group, as one of its servers sees it. */
export interface GroupView {
  leader: string | undefined
  /** How many other servers are up to date; only the leader knows. */
  currentFollowers: number
}

/** The view of one nats-server on its cluster; empty when it does not answer. */
export interface View {
  meta?: GroupView
  /** Absent where this server does not store the stream. */
  stream?: GroupView & { replicas: number; held: string }
}

interface Group {
  leader?: string
  replicas?: { name: string; current: boolean }[]
}
interface Jsz {
  meta_cluster?: Group
  account_details?: {
    stream_detail?: {
      name: string
      cluster?: Group
      config: { num_replicas: number }
      state: { messages: number; first_seq: number; last_seq: number }
    }[]
  }[]
}

const answerLimitMs = 1_000

function groupOf({ leader, replicas = [] }: Group): GroupView {
  return { leader, currentFollowers: replicas.filter(({ current }) => current).length }
}

/** Asks a nats-server by its monitoring port, which works without a leader. */
export async function readView(monitorPort: number, stream: string): Promise<View> {
  try {
    const url = `http://127.0.0.1:${monitorPort}/jsz?streams=true&config=true`
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) })
    const { meta_cluster, account_details = [] } = (await response.json()) as Jsz
    const found = account_details
      .flatMap(({ stream_detail = [] }) => stream_detail)
      .find(({ name }) => name === stream)
    const meta = meta_cluster && groupOf(meta_cluster)
    if (!found?.cluster) return { ...(meta && { meta }) }
    const { messages, first_seq, last_seq } = found.state
    const held = `${messages} messages, ${first_seq} to ${last_seq}`
    const replicas = found.config.num_replicas
    return { ...(meta && { meta }), stream: { ...groupOf(found.cluster), replicas, held } }
  } catch {
    return {}
  }
}
