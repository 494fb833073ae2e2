{{/* The agents of a track, of (dict "root" $ "track" "agent" or "canary" "suffix" ENDING). */}}
{{- define "sigel.daemonset" -}}
{{- $root := .root }}
{{- $labels := dict "root" .root "component" .track "suffix" .suffix }}
{{- $canary := eq .track "canary" }}
{{- with .root.Values -}}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  {{- include "sigel.metadata" $labels | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- include "sigel.selector" $labels | nindent 6 }}
  {{- with .updateStrategy }}
  updateStrategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  minReadySeconds: {{ .minReadySeconds }}
  revisionHistoryLimit: {{ .revisionHistoryLimit }}
  template:
    metadata:
      labels:
        {{- include "sigel.labels" $labels | nindent 8 }}
        {{- with .podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: sigel
        {{- if and .enableConfigChecksumAnnotation (not .existingConfigMap) }}
        checksum/config: {{ include "sigel.layers" $ | sha256sum }}
        {{- end }}
        {{- with .podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "sigel.serviceAccountName" $root }}
      automountServiceAccountToken: {{ or .kubernetesMetadata .serviceAccount.automountServiceAccountToken }}
      {{- with .imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      # A HostProcess pod needs it.
      hostNetwork: true
      {{- with .dnsPolicy }}
      dnsPolicy: {{ . }}
      {{- end }}
      securityContext:
        windowsOptions:
          hostProcess: true
          runAsUserName: {{ .runAsUserName | quote }}
      terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
      nodeSelector:
        {{- merge (dict "kubernetes.io/os" "windows") (ternary (include "sigel.canaryNodes" $root | fromYaml) dict $canary) (.nodeSelector | default dict) | toYaml | nindent 8 }}
      {{- with .tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- include "sigel.affinity" $ | nindent 6 }}
      {{- with .initContainers }}
      initContainers:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - {{- include "sigel.container" $ | nindent 10 }}
        {{- with .extraContainers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      volumes:
        {{- include "sigel.volumes" $root | nindent 8 }}
{{- end }}
{{- end }}
