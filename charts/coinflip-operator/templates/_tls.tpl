{{/* The certificate in the cluster as `ca`, `cert` and `key`; empty in `helm template`, which has none. */}}
{{- define "coinflip.storedTls" -}}
{{- $data := (lookup "v1" "Secret" .Release.Namespace "coinflip-hook-tls").data | default dict }}
{{- range $name, $key := dict "ca" "ca.crt" "cert" "tls.crt" "key" "tls.key" }}
{{ $name }}: {{ index $data $key | default "" | b64dec | toJson }}
{{- end }}
{{- end }}

{{/* Sets .Values.tls.made to the certificate of tls.mode=helm, once for all templates. */}}
{{- define "coinflip.makeTls" -}}
{{- if not .Values.tls.made }}
{{- $made := include "coinflip.storedTls" . | fromYaml }}
{{- if not (and $made.ca $made.cert $made.key) }}
{{- $host := include "coinflip.host" . }}
{{- $days := 3650 }}
{{- $ca := genCAWithKey "coinflip-hook-ca" $days (genPrivateKey "ecdsa") }}
{{- $leaf := genSignedCertWithKey $host nil (list $host) $days $ca (genPrivateKey "ecdsa") }}
{{- $made = dict "ca" $ca.Cert "cert" $leaf.Cert "key" $leaf.Key }}
{{- end }}
{{- $_ := set .Values.tls "made" $made }}
{{- end }}
{{- end }}
