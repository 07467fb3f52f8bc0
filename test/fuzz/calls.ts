import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A call with its response. */
export interface Call {
  method: string
  path: string
  /** The request body, if it was JSON. */
  sent: unknown
  /** 0 without a response. */
  status: number
  /** The response body, if it was JSON. */
  answer: unknown
}

interface Body {
  $base64: string
}

/** The part of an event of the report that contains calls. */
interface Interaction {
  request: { method: string; uri: string; body?: Body | null }
  response?: { status_code: number; content?: Body | null } | null
}

function parse(body: Body | null | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(body?.$base64 ?? '', 'base64').toString())
  } catch {
    return undefined
  }
}

/** Reads all calls from a report of schemathesis, in their order. */
export async function readCalls(report: string): Promise<Call[]> {
  const calls: Call[] = []
  for await (const line of createInterface(createReadStream(report))) {
    if (!line.startsWith('{"ScenarioFinished"')) continue
    const { interactions } = JSON.parse(line).ScenarioFinished.recorder
    for (const { request, response } of Object.values<Interaction>(interactions))
      calls.push({
        method: request.method,
        path: new URL(request.uri).pathname,
        sent: parse(request.body),
        status: response?.status_code ?? 0,
        answer: parse(response?.content),
      })
  }
  return calls
}
