import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What needs a kubelet, a metrics server or another's CRDs, none of which is there. It is started
 * all the same, so that kubectl judges its words; what becomes of it is not looked at.
 */
const beyond = [
  'logs',
  'exec',
  'port-forward',
  'top',
  'rollout status',
  'rollout undo',
  'certificates.cert-manager.io',
]

/** What kubectl says of words that it does not know. */
const unknown = 'unknown|invalid|error: .*flag|expected|Usage:|See .kubectl'

/** Writes a `kubectl` into a folder that runs the real one, and forgives what is beyond it. */
export function writeKubectl(folder: string, binary: string): void {
  const lines = [
    '#!/bin/sh',
    'case " $* " in',
    `${beyond.map((words) => `*" ${words} "*`).join('|')})`,
    `  said=$(timeout 5 '${binary}' "$@" 2>&1)`,
    `  if printf '%s' "$said" | grep -Eq '${unknown}'; then printf '%s\\n' "$said" >&2; exit 1; fi`,
    '  ;;',
    `*) exec '${binary}' "$@" ;;`,
    'esac',
  ]
  writeFileSync(join(folder, 'kubectl'), `${lines.join('\n')}\n`, { mode: 0o755 })
}

const container = (name: string) => ({ name, image: 'stand-in' })

/** Pods as their controllers would make them; no node takes them. */
export const pods = [
  ['coinflip-system', 'coinflip-operator'],
  ['metacontroller', 'metacontroller'],
].map(([namespace, name = '']) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name: `${name}-0`, labels: { 'app.kubernetes.io/name': name } },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        ...container(name),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
}))
