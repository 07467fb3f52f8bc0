import { X509Certificate } from 'node:crypto'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'

/** The certificate of a server, and why its chain is not trusted if it is not. */
export interface PresentedCertificate {
  leaf: X509Certificate
  refusal: string | undefined
}

/** The outcome of a call. */
export interface Answer {
  /** Why there is no status; undefined if there is one. */
  fault: string | undefined
  /** HTTP status code; undefined without an answer. */
  code: number | undefined
  certificate: PresentedCertificate | undefined
}

const limitMs = 5_000

/** It has no flips, so nothing is published, and exists in no cluster. */
const parent = {
  apiVersion: 'games.example.com/v1alpha1',
  kind: 'CoinFlip',
  metadata: { name: 'doctor', namespace: 'doctor', uid: 'doctor', generation: 1 },
  spec: { flips: [] },
}

function certificateOf(socket: TLSSocket): PresentedCertificate | undefined {
  const raw = socket.getPeerX509Certificate()?.raw
  if (!raw) return undefined
  const { authorizationError: refusal } = socket
  return { leaf: new X509Certificate(raw), refusal: refusal ? `${refusal}` : undefined }
}

function faultOf(code: number | undefined, body: string): string | undefined {
  try {
    const { status, error } = JSON.parse(body)
    if (code === 200 && status) return undefined
    return error ? `${code}: ${error}` : `${code} and no status`
  } catch {
    return `${code} and no JSON`
  }
}

/**
 * Calls the sync hook as Metacontroller does, at its own URL or through a forwarded port. It accepts
 * any certificate and returns it, so that the caller can say what is wrong with it.
 */
export async function callSync(
  url: URL,
  { port, ca }: { port?: number; ca?: string[] | undefined } = {},
): Promise<Answer> {
  const name = url.hostname.replaceAll(/[[\]]/g, '')
  const body = JSON.stringify({ parent, children: {}, related: {}, finalizing: false })
  const options: https.RequestOptions = {
    host: port === undefined ? name : '127.0.0.1',
    port: port ?? url.port,
    path: url.pathname,
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(limitMs),
    headers: { host: url.host, 'content-type': 'application/json' },
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(isIP(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
  }
  const { promise, resolve } = Promise.withResolvers<Answer>()
  let certificate: PresentedCertificate | undefined
  const fail = ({ message, code = message, name }: NodeJS.ErrnoException) => {
    const cause = name === 'AbortError' ? `no answer after ${limitMs / 1000} s` : code
    resolve({ fault: cause, code: undefined, certificate })
  }
  const request = (url.protocol === 'https:' ? https : http).request(options, (response) => {
    const { statusCode: code } = response
    readText(response).then(
      (text) => resolve({ fault: faultOf(code, text), code, certificate }),
      fail,
    )
  })
  request.on('socket', (socket) =>
    socket.once('secureConnect', () => (certificate = certificateOf(socket as TLSSocket))),
  )
  request.on('error', fail)
  request.end(body)
  return promise
}
