import type { CoinFlipStatus } from '../../server/domain/coinflip.ts'
import { type CallResult, postHook } from '../../server/metacontroller/testing/index.ts'

/** The response of a hook. */
export interface HookResponse {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  finalized?: boolean
}

/** Calls a hook as Metacontroller does. */
export async function callHook(
  url: string,
  call: { parent: object; finalizing: boolean; [field: string]: unknown },
): Promise<CallResult<HookResponse>> {
  const result = await postHook(url, call)
  if (result.kind === 'failed' && result.why.includes('does not answer'))
    return { ...result, why: `${result.why}; is the service running?` }
  return result as CallResult<HookResponse>
}
