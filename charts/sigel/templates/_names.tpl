{{/* The chart's name, cut to what a label may hold. */}}
{{- define "sigel.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of all objects; shorter than a label, since endings come behind it. */}}
{{- define "sigel.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "sigel.name" .) .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "sigel.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "sigel.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "sigel.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "sigel.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{/* What a selector selects by, of (dict "root" $ "component" NAME). It never changes. */}}
{{- define "sigel.selector" -}}
app.kubernetes.io/name: {{ include "sigel.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of an object. */}}
{{- define "sigel.labels" -}}
{{ include "sigel.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Name, namespace and labels, of (dict "root" $ "component" NAME "suffix" ENDING). */}}
{{- define "sigel.metadata" -}}
name: {{ include "sigel.fullname" .root }}{{ .suffix }}
namespace: {{ include "sigel.namespace" .root }}
labels:
  {{- include "sigel.labels" . | nindent 2 }}
{{- end }}

{{/* An image, of (dict "image" IMAGE "tag" DEFAULT). */}}
{{- define "sigel.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end }}
{{- end }}
