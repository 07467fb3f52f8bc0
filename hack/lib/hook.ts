import type { CoinFlipStatus } from '../../server/domain/coinflip.ts'

/** The response of a hook. */
export interface HookResponse {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  finalized?: boolean
}

/** The outcome of a hook call, as Metacontroller sees it. */
export type CallResult =
  | { kind: 'answered'; body: HookResponse }
  /** 429: Metacontroller repeats the call after that time and counts no failure. */
  | { kind: 'busy'; afterMs: number }
  | { kind: 'failed'; why: string }

/** The default time limit of Metacontroller. */
const limitMs = 10_000
/** Metacontroller refuses a response with any other field. */
const knownFields = ['status', 'children', 'resyncAfterSeconds', 'finalized']

/** Reads an HTTP response as strictly as Metacontroller reads those of hooks of version v2. */
export function readResponse(
  code: number,
  retryAfter: string | null | undefined,
  text: string,
): CallResult {
  if (code === 429) return { kind: 'busy', afterMs: Number(retryAfter ?? 0) * 1000 }
  try {
    const body = JSON.parse(text)
    if (code !== 200) return { kind: 'failed', why: `${code} ${body.error ?? text}` }
    const unknown = Object.keys(body).find((field) => !knownFields.includes(field))
    if (unknown) return { kind: 'failed', why: `unknown field ${unknown}` }
    return { kind: 'answered', body }
  } catch {
    const why = code === 200 ? 'the response is not JSON' : `${code} ${text}`.trim()
    return { kind: 'failed', why }
  }
}

/** Calls a hook as Metacontroller does. */
export async function callHook(
  url: string,
  call: { parent: object; finalizing: boolean; [field: string]: unknown },
): Promise<CallResult> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(limitMs),
    })
    const text = await response.text()
    return readResponse(response.status, response.headers.get('retry-after'), text)
  } catch (error) {
    const { cause } = error as Error & { cause?: NodeJS.ErrnoException }
    const why = `${url} does not answer (${cause?.code ?? cause?.message ?? error})`
    return { kind: 'failed', why: `${why}; is the service running?` }
  }
}
