{{/* What no schema can say: values that have to be there together. Each message says what to set. */}}
{{- define "sigel.checkAgent" -}}
{{- if eq .Values.preset "gke" }}
{{- fail "preset gke: GKE refuses HostProcess pods. Set agent.enabled=false, and install the agent on nodes as docs/install-gke.md says" }}
{{- end }}
{{- if not .Values.clusterName }}
{{- fail "clusterName: set it to the name of this cluster, the same on all of its nodes" }}
{{- end }}
{{- if not .Values.image.repository }}
{{- fail "image.repository: set it to where you pushed Sigel's Windows image (docs/releasing.md)" }}
{{- end }}
{{- if not (or .Values.otlp.endpoint .Values.alternateConfig .Values.existingConfigMap) }}
{{- fail "otlp.endpoint: set it to host and port of your OTLP gateway, such as gateway.example.com:4317. With gateway.enabled, that is the address of the Service NAME-gateway" }}
{{- end }}
{{- if and .Values.existingConfigMap (or .Values.config .Values.alternateConfig .Values.canary.config) }}
{{- fail "existingConfigMap: what is there is all of the configuration; leave out config, alternateConfig and canary.config" }}
{{- end }}
{{- if and .Values.signatures.configMaps (not .Values.signatures.enabled) }}
{{- fail "signatures.configMaps: agents run this code as SYSTEM; if that is meant, set signatures.enabled=true" }}
{{- end }}
{{- if and .Values.kubernetesMetadata (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- fail "kubernetesMetadata: it needs an account; set serviceAccount.create=true, or serviceAccount.name" }}
{{- end }}
{{- end }}
