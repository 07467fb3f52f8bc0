import type { X509Certificate } from 'node:crypto'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'
import { readResponse } from '../../server/metacontroller/testing/index.ts'

/** The outcome of a call: without a fault the service has answered with a status. */
export interface Answer {
  fault?: string
  /** HTTP status code; undefined without an answer. */
  code?: number | undefined
  /** When the certificate of the service or its CA expires. */
  expires?: Date | undefined
}

/** Which certificates to trust: only those that these CAs signed, those of Node, or any. */
export type Trust = { ca: string } | 'system' | 'any'

const limitMs = 5_000

/** It has no flips, so nothing is published, and exists in no cluster. */
const parent = {
  apiVersion,
  kind,
  metadata: { name: 'doctor', namespace: 'doctor', uid: 'doctor', generation: 1 },
  spec: { flips: [] },
}

/** Why a response is no answer of a sync hook. */
function faultOf(code: number, text: string): { fault?: string } {
  const result = readResponse('CompositeController', 'sync', { code, text })
  if (result.kind === 'answered') return result.answer.status ? {} : { fault: 'there is no status' }
  return { fault: result.kind === 'failed' ? result.why : '429' }
}

function expiryOf(certificate: X509Certificate | undefined): Date | undefined {
  const issuer = certificate?.issuerCertificate
  const ends = [certificate, issuer].flatMap((each) => each?.validToDate.getTime() ?? [])
  return ends.length > 0 ? new Date(Math.min(...ends)) : undefined
}

/** Calls the sync hook as Metacontroller does, at its own URL or through a forwarded port. */
export async function callSync(url: URL, trust: Trust, port?: number): Promise<Answer> {
  const name = url.hostname.replaceAll(/[[\]]/g, '')
  const options: https.RequestOptions = {
    host: port === undefined ? name : '127.0.0.1',
    port: port ?? url.port,
    path: url.pathname,
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(limitMs),
    headers: { host: url.host, 'content-type': 'application/json' },
    rejectUnauthorized: trust !== 'any',
    ...(isIP(name) ? {} : { servername: name }),
    ...(typeof trust === 'object' ? trust : {}),
  }
  const { promise, resolve } = Promise.withResolvers<Answer>()
  let expires: Date | undefined
  const fail = ({ message, code = message, name }: NodeJS.ErrnoException) => {
    // Only the message has the names in the certificate.
    const cause = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? message : code
    resolve({ fault: name === 'AbortError' ? `no answer after ${limitMs / 1000} s` : cause })
  }
  const request = (url.protocol === 'https:' ? https : http).request(options, (response) => {
    const { statusCode: code = 0 } = response
    readText(response).then((text) => resolve({ ...faultOf(code, text), code, expires }), fail)
  })
  request.on('socket', (socket) =>
    socket.once('secureConnect', () => {
      expires = expiryOf((socket as TLSSocket).getPeerX509Certificate())
    }),
  )
  request.on('error', fail)
  request.end(JSON.stringify({ parent, children: {}, related: {}, finalizing: false }))
  return promise
}
