import { resyncAnnotation } from './object.js'

/** @import { CoinFlipObject } from './types.ts' */

/**
 * A call as a command line for a POSIX shell.
 * @param {string} url
 * @param {string} request
 */
export function asCurl(url, request) {
  const quoted = `'${request.replaceAll("'", `'\\''`)}'`
  return `curl -s ${url} -H 'content-type: application/json' -d ${quoted}`
}

/**
 * An object as a manifest for `kubectl apply -f`: what a person would write, without what the API
 * server adds. Strings are quoted, since a name may be `true` or `1e3`.
 * @param {CoinFlipObject} object
 */
export function asManifest({ apiVersion, kind, metadata, spec }) {
  const { name, namespace, annotations = {} } = metadata
  const { [resyncAnnotation]: _, ...wanted } = annotations
  const lines = [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${JSON.stringify(name)}`,
    `  namespace: ${JSON.stringify(namespace)}`,
  ]
  const entries = Object.entries(wanted)
  if (entries.length > 0) lines.push('  annotations:')
  for (const [key, value] of entries) lines.push(`    ${key}: ${JSON.stringify(value)}`)
  lines.push('spec:', `  flips: [${spec.flips.join(', ')}]`)
  return `${lines.join('\n')}\n`
}
