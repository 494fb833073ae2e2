{{/* A probe at a path: the rest of it is a value. */}}
{{- define "sigel.probe" -}}
{{- toYaml (merge (dict "httpGet" (dict "path" .path "port" "health")) .probe) }}
{{- end }}

{{/* The agent's container, of (dict "root" $ "track" TRACK). */}}
{{- define "sigel.container" -}}
{{- $root := .root }}
{{- $track := .track }}
{{- with .root.Values }}
{{- $image := .image }}
{{- if eq $track "canary" }}
{{- $image = merge (deepCopy .canary.image) (ternary (omit .image "digest") .image (ne .canary.image.tag "")) }}
{{- end }}
name: sigel
image: {{ include "sigel.image" (dict "image" $image "tag" $root.Chart.AppVersion) | quote }}
{{- with $image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
command:
  {{- toYaml .command | nindent 2 }}
args:
  - run
  {{- include "sigel.configArgs" (dict "values" . "track" $track) | nindent 2 }}
  {{- if or .existingConfigMap (not .enableConfigChecksumAnnotation) }}
  - --watch-config
  {{- end }}
  {{- with .extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  {{- include "sigel.env" . | nindent 2 }}
{{- with .extraEnvsFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: health
    containerPort: {{ .healthCheck.port }}
  {{- if include "sigel.servesMetrics" $root }}
  - name: metrics
    containerPort: {{ .metrics.port }}
  {{- end }}
startupProbe:
  {{- include "sigel.probe" (dict "path" "/live" "probe" .startupProbe) | nindent 2 }}
livenessProbe:
  {{- include "sigel.probe" (dict "path" "/live" "probe" .livenessProbe) | nindent 2 }}
readinessProbe:
  {{- include "sigel.probe" (dict "path" "/" "probe" .readinessProbe) | nindent 2 }}
lifecycle:
  {{- if .lifecycleHooks }}
  {{- toYaml .lifecycleHooks | nindent 2 }}
  {{- else }}
  # Delivers what is under way before the container is told to end.
  preStop:
    exec:
      command:
        {{- toYaml .command | nindent 8 }}
        - drain
        - --wait
        # What is left of the time is for the process itself to end.
        - {{ max 2 (sub (int .terminationGracePeriodSeconds) 10) }}s
  {{- end }}
{{- with .resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  {{- range include "sigel.volumeNames" . | splitList " " }}
  - name: {{ . }}
    mountPath: /etc/sigel/{{ . }}
    readOnly: true
  {{- end }}
  {{- with .extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The layers, as arguments; containerd 1.6 mounts only below that variable, which later ones have too. */}}
{{- define "sigel.configArgs" -}}
{{- $layers := ternary (list "config") (list "node" "chart" "config") (or .values.existingConfigMap .values.alternateConfig | empty | not) }}
{{- if and (eq .track "canary") .values.canary.config }}
{{- $layers = append $layers "canary" }}
{{- end }}
{{- range $layers }}
- --config
- "%CONTAINER_SANDBOX_MOUNT_POINT%/etc/sigel/config/{{ . }}.yaml"
{{- end }}
{{- end }}

{{- define "sigel.env" -}}
- name: SIGEL_ETC
  value: "%CONTAINER_SANDBOX_MOUNT_POINT%/etc/sigel"
- name: SIGEL_STORAGE
  value: {{ .storage.path | quote }}
- name: K8S_CLUSTER_NAME
  value: {{ .clusterName | quote }}
- name: DEPLOYMENT_ENVIRONMENT
  value: {{ .deploymentEnvironment | quote }}
- name: OTLP_ENDPOINT
  value: {{ .otlp.endpoint | quote }}
- name: OTLP_INSECURE
  value: {{ .otlp.insecure | quote }}
{{- range $name, $path := dict "K8S_NODE_NAME" "spec.nodeName" "K8S_POD_NAME" "metadata.name" "K8S_NAMESPACE_NAME" "metadata.namespace" "POD_IP" "status.podIP" }}
- name: {{ $name }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $path }}
{{- end }}
{{- with .extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What is mounted below /etc/sigel, by the folder's name. */}}
{{- define "sigel.volumeNames" -}}
config rules lists exceptions
{{- if .signatures.enabled }} signatures{{ end }}
{{- if .otlp.caSecret }} ca{{ end }}
{{- if .otlp.clientSecret }} client{{ end }}
{{- end }}

{{/* A volume of ConfigMaps: the chart's own and others. No subPath anywhere, since those never change in a running pod. */}}
{{- define "sigel.volumes" -}}
{{- $name := include "sigel.fullname" . }}
{{- with .Values }}
- name: config
  configMap:
    name: {{ .existingConfigMap | default $name }}
- name: rules
  projected:
    sources:
      - configMap:
          name: {{ $name }}-rules
      {{- range .rules.configMaps }}
      - configMap:
          name: {{ . }}
      {{- end }}
- name: lists
  projected:
    sources:
      - configMap:
          name: {{ $name }}-lists
      {{- range .lists.configMaps }}
      - configMap:
          name: {{ .name }}
      {{- end }}
- name: exceptions
  configMap:
    name: {{ $name }}-exceptions
{{- if .signatures.enabled }}
- name: signatures
  projected:
    sources:
      {{- range .signatures.configMaps }}
      - configMap:
          name: {{ . }}
      {{- end }}
{{- end }}
{{- with .otlp.caSecret }}
- name: ca
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .otlp.clientSecret }}
- name: client
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}
