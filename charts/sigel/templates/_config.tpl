{{/*
What values mean in Sigel's configuration. It is laid over files/node.yaml by Sigel itself, and `config` over both, so
errors and `sigel print-config` name the layer that something is from.
*/}}
{{- define "sigel.chartConfig" -}}
extensions:
  health_check:
    endpoint: ${env:POD_IP}:{{ .Values.healthCheck.port }}
processors:
  {{- if .Values.kubernetesMetadata }}
  container_attribution:
    kubernetes: {}
  {{- end }}
  signature:
    {{- include "sigel.signatureConfig" . | nindent 4 }}
{{- if or .Values.otlp.caSecret .Values.otlp.clientSecret }}
exporters:
  otlp_grpc:
    tls:
      {{- if .Values.otlp.caSecret }}
      ca_file: ${env:SIGEL_ETC}/ca/ca.crt
      {{- end }}
      {{- if .Values.otlp.clientSecret }}
      cert_file: ${env:SIGEL_ETC}/client/tls.crt
      key_file: ${env:SIGEL_ETC}/client/tls.key
      {{- end }}
{{- end }}
{{- $cloud := get (dict "aks" "azure" "eks" "ec2" "gke" "gcp") .Values.preset }}
{{- $metrics := include "sigel.servesMetrics" . }}
{{- if or $cloud $metrics }}
service:
  telemetry:
    {{- if $cloud }}
    resource_detection:
      detectors: [env, {{ $cloud }}, system]
    {{- end }}
    {{- if $metrics }}
    metrics:
      readers:
        - pull:
            exporter:
              prometheus: { host: "${env:POD_IP}", port: {{ .Values.metrics.port }} }
    {{- end }}
{{- end }}
{{- end }}

{{/* Rules, lists, exceptions, packs and code of the signature processor. */}}
{{- define "sigel.signatureConfig" -}}
rules:
  - ${env:SIGEL_ETC}/rules
exception_files:
  - ${env:SIGEL_ETC}/exceptions/exceptions.yaml
{{- $lists := keys .Values.lists.values }}
{{- range .Values.lists.configMaps }}
{{- $lists = concat $lists .keys }}
{{- end }}
{{- with $lists | uniq | sortAlpha }}
lists:
  {{- range . }}
  {{ . | quote }}: { file: {{ printf "${env:SIGEL_ETC}/lists/%s" . | quote }} }
  {{- end }}
{{- end }}
{{- with .Values.packs }}
packs:
  {{- range . }}
  {{- $keep := printf "${env:SIGEL_STORAGE}\\%s.pack" .name }}
  {{- $key := printf "${env:SIGEL_ETC}/config/%s.pem" .name }}
  - {{- toYaml (merge (dict "public_key" $key "keep" $keep) (omit . "name" "publicKey")) | nindent 4 }}
  {{- end }}
{{- end }}
{{- if .Values.signatures.enabled }}
signatures:
  - ${env:SIGEL_ETC}/signatures
{{- end }}
{{- end }}

{{- define "sigel.servesMetrics" -}}
{{- if or .Values.metrics.enabled .Values.podMonitor.enabled }}yes{{ end }}
{{- end }}

{{/* The layers of a track's configuration, of (dict "root" $ "track" TRACK): what its pods are restarted for. */}}
{{- define "sigel.layers" -}}
{{- with .root.Values }}
{{- if .alternateConfig }}
config.yaml: |
  {{- toYaml .alternateConfig | nindent 2 }}
{{- else }}
node.yaml: |
  {{- $.root.Files.Get "files/node.yaml" | nindent 2 }}
chart.yaml: |
  {{- include "sigel.chartConfig" $.root | nindent 2 }}
config.yaml: |
  {{- toYaml .config | nindent 2 }}
{{- end }}
{{- if and (eq $.track "canary") .canary.config }}
canary.yaml: |
  {{- toYaml .canary.config | nindent 2 }}
{{- end }}
{{- range .packs }}
{{ .name }}.pem: |
  {{- .publicKey | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
