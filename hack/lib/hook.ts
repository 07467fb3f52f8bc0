import type { CoinFlipStatus } from '../../server/domain/coinflip.ts'

/** What a hook answers. */
export interface Answer {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  finalized?: boolean
}

/** Metacontroller's own limit. */
const limitMs = 10_000

/** Calls a hook as Metacontroller does. What is not an answer comes back as one line. */
export async function callHook(
  url: string,
  call: { parent: object; finalizing: boolean; [field: string]: unknown },
): Promise<{ answer: Answer } | { refusal: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(limitMs),
    })
    const text = await response.text()
    if (response.ok) return { answer: JSON.parse(text) }
    return { refusal: `${response.status} ${errorOf(text)}`.trim() }
  } catch (error) {
    if (error instanceof SyntaxError) return { refusal: `${url} did not answer with JSON` }
    const cause = error instanceof Error ? (error.cause as Error | undefined) : undefined
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? cause?.message ?? error
    return { refusal: `${url} does not answer (${code}); is the service running?` }
  }
}

function errorOf(body: string): string {
  try {
    return String(JSON.parse(body).error ?? body)
  } catch {
    return body
  }
}
