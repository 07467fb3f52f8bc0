import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Commands that need a kubelet, a metrics server or CRDs of others, which are not installed. They run
 * all the same, so that kubectl validates them; their result is ignored.
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

/** Errors of kubectl about unknown verbs and flags. */
const unknown = 'unknown|invalid|error: .*flag|expected|Usage:|See .kubectl'

/** Writes a `kubectl` into a folder that runs the real one, and ignores what cannot work here. */
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

/** Pods as their controllers would create them; no node runs them. */
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
        name,
        image: 'stand-in',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
}))
