{{/*
The certificates of this rendering, in .Values.tls.made: `ca` that Metacontroller trusts, `cert` and
`key` of the Secret. Those that the cluster has are kept; `helm template` has no cluster, and makes
new ones each time.
*/}}
{{- define "coinflip.makeTls" -}}
{{- with .Values.tls }}
{{- if not .made }}
{{- $name := eq .mode "cert-manager" | ternary "coinflip-hook-ca" .secret }}
{{- $stored := (lookup "v1" "Secret" $.Release.Namespace $name).data | default dict }}
{{- $ca := index $stored (eq .mode "cert-manager" | ternary "tls.crt" "ca.crt") | default "" | b64dec }}
{{- $made := dict "ca" $ca "cert" (index $stored "tls.crt" | default "" | b64dec) "key" (index $stored "tls.key" | default "" | b64dec) }}
{{- if eq .mode "existing" }}
{{- $message := printf "tls.mode=existing: set tls.ca, or add ca.crt to the Secret %s in %s" .secret $.Release.Namespace }}
{{- $made = dict "ca" (required $message (.ca | default $ca)) }}
{{- else if not (and $made.ca $made.cert $made.key) }}
{{- /* Nothing renews the CA, which the CompositeController contains. */}}
{{- $days := 3650 }}
{{- $signer := genCAWithKey "coinflip-hook-ca" $days (genPrivateKey "ecdsa") }}
{{- $made = dict "ca" $signer.Cert "cert" $signer.Cert "key" $signer.Key }}
{{- if eq .mode "generated" }}
{{- $host := include "coinflip.host" $ }}
{{- $leaf := genSignedCertWithKey $host nil (list $host) $days $signer (genPrivateKey "ecdsa") }}
{{- $made = dict "ca" $signer.Cert "cert" $leaf.Cert "key" $leaf.Key }}
{{- end }}
{{- end }}
{{- $_ := set . "made" $made }}
{{- end }}
{{- end }}
{{- end }}
