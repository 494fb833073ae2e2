{{/* The label of the nodes that have the canary. */}}
{{- define "sigel.canaryNodes" -}}
{{- .Values.canary.nodeSelector | default (dict "sigel.io/canary" "true") | toYaml }}
{{- end }}

{{/* The affinity of a track: while there is a canary, the others leave its nodes alone. */}}
{{- define "sigel.affinity" -}}
{{- $affinity := deepCopy (.root.Values.affinity | default dict) }}
{{- if and (eq .track "agent") .root.Values.canary.enabled }}
{{- $node := get $affinity "nodeAffinity" | default dict }}
{{- $required := get $node "requiredDuringSchedulingIgnoredDuringExecution" | default dict }}
{{- $terms := list }}
{{- range (get $required "nodeSelectorTerms" | default (list dict)) }}
{{- $expressions := get . "matchExpressions" | default list }}
{{- range $key, $value := include "sigel.canaryNodes" $.root | fromYaml }}
{{- $expressions = append $expressions (dict "key" $key "operator" "NotIn" "values" (list $value)) }}
{{- end }}
{{- $terms = append $terms (set (deepCopy .) "matchExpressions" $expressions) }}
{{- end }}
{{- $_ := set $required "nodeSelectorTerms" $terms }}
{{- $_ := set $node "requiredDuringSchedulingIgnoredDuringExecution" $required }}
{{- $_ := set $affinity "nodeAffinity" $node }}
{{- end }}
{{- with $affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
