{{/*
Names do not contain the name of the release: a cluster has one operator, since its CRD and its
CompositeController have fixed names.
*/}}

{{- define "coinflip.labels" -}}
app.kubernetes.io/part-of: coinflip-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Metadata of an object in the namespace of the release: (list . NAME). */}}
{{- define "coinflip.metadata" -}}
name: {{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "coinflip.labels" (index . 0) | nindent 2 }}
{{- end }}

{{/* A file of manifests/ with our image and user ids: (dict "root" . "file" PATH). */}}
{{- define "coinflip.text" -}}
{{- $text := .root.Files.Get (printf "files/%s" .file) }}
{{- if not $text }}
{{- fail (printf "files/%s is missing: files is a symbolic link, which this copy of the chart lacks; use the packaged chart" .file) }}
{{- end }}
{{- $text = regexReplaceAll "image: coinflip-operator\\b" $text (printf "image: %s" (include "coinflip.image" .root)) }}
{{- $id := "(runAsUser|runAsGroup|fsGroup): [0-9]+" }}
{{- with .root.Values.userId }}
{{- $text = regexReplaceAll $id $text (printf "${1}: %d" (int .)) }}
{{- else }}
{{- $text = regexReplaceAll (printf "\n *%s" $id) $text "" }}
{{- end }}
{{- $text }}
{{- end }}

{{/*
The objects of such a text as objects of the release: (dict "root" . "file" PATH). "patch" is merged
into each; "text" stands for the text of the file.
*/}}
{{- define "coinflip.objects" -}}
{{- $root := .root }}
{{- $text := .text }}
{{- if not $text }}
{{- $text = include "coinflip.text" . }}
{{- end }}
{{- range splitList "\n---\n" $text }}
{{- $object := mergeOverwrite (fromYaml .) (deepCopy ($.patch | default dict)) }}
{{- $labels := include "coinflip.labels" $root | fromYaml }}
{{- $_ := set $object.metadata "labels" (merge $labels ($object.metadata.labels | default dict)) }}
{{- if not (regexMatch "^(Cluster|Custom|Mutating|Validating|Composite)" $object.kind) }}
{{- $_ := set $object.metadata "namespace" $root.Release.Namespace }}
{{- end }}
{{- range $object.subjects }}
{{- if eq .namespace "coinflip-system" }}
{{- $_ := set . "namespace" $root.Release.Namespace }}
{{- end }}
{{- end }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}

{{- define "coinflip.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}
{{- else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end }}
{{- end }}
{{- end }}

{{/* As coinflip.text writes user ids. */}}
{{- define "coinflip.podSecurity" -}}
runAsNonRoot: true
{{- with .Values.userId }}
runAsUser: {{ int . }}
runAsGroup: {{ int . }}
fsGroup: {{ int . }}
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "coinflip.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "coinflip.host" -}}
coinflip-operator.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "coinflip.metacontrollerNamespace" -}}
{{- .Values.metacontroller.enabled | ternary .Release.Namespace .Values.metacontroller.namespace }}
{{- end }}

{{/* The variables of the ConfigMap. */}}
{{- define "coinflip.settings" -}}
{{- $settings := deepCopy .Values.settings }}
{{- $url := .Values.nats.url | default "nats://nats:4222" }}
{{- if .Values.natsCluster.enabled }}
{{- $settings = merge $settings (dict "NATS_STREAM_REPLICAS" (toString .Values.natsCluster.config.cluster.replicas)) }}
{{- end }}
{{- set $settings "NATS_URL" $url | toYaml }}
{{- end }}

{{/* What is mounted into the pods of the service, and the variables that name its files. */}}
{{- define "coinflip.files" -}}
{{- if ne .Values.tls.mode "off" }}
- name: hook-tls
  folder: tls
  env: { TLS_CERT_FILE: tls.crt, TLS_KEY_FILE: tls.key }
  source:
    secret: { secretName: coinflip-hook-tls, defaultMode: 0440 }
{{- end }}
{{- if .Values.access.tokenKey }}
- name: hook-tokens
  folder: auth
  env: { AUTH_TOKEN_FILE: tokens }
  source:
    secret:
      secretName: coinflip-hook-token
      defaultMode: 0440
      items: [{ key: tokens, path: tokens }]
{{- end }}
{{- if .Values.access.clientSecret }}
- name: hook-client-ca
  folder: client-ca
  env: { TLS_CLIENT_CA_FILE: ca.crt }
  # The service must not have the keys of callers, so they are in another Secret.
  source:
    configMap: { name: coinflip-hook-client-ca }
{{- end }}
{{- with .Values.nats.credentialsSecret }}
- name: nats-credentials
  folder: nats
  env: { NATS_CREDS: nats.creds }
  source:
    secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- end }}
