{{- define "sigel.checkGateway" -}}
{{- if not .Values.gateway.backend.endpoint }}
{{- fail "gateway.backend.endpoint: set it to host and port that the gateway sends OTLP on to" }}
{{- end }}
{{- if and .Values.gateway.tls.clientCa (not .Values.gateway.tls.secret) }}
{{- fail "gateway.tls.clientCa: it needs gateway.tls.secret, whose ca.crt it means" }}
{{- end }}
{{- end }}

{{/* What values mean in the gateway's configuration, laid over files/gateway.yaml by the Collector itself. */}}
{{- define "sigel.gatewayConfig" -}}
{{- with .Values.gateway.tls }}
{{- if .secret -}}
receivers:
  otlp:
    protocols:
      grpc:
        tls:
          cert_file: /etc/otelcol/tls/tls.crt
          key_file: /etc/otelcol/tls/tls.key
          reload_interval: 1m
          {{- if .clientCa }}
          client_ca_file: /etc/otelcol/tls/ca.crt
          {{- end }}
{{- else -}}
{}
{{- end }}
{{- end }}
{{- end }}

{{/* An internal load balancer, as each cloud wants to be asked for it. */}}
{{- define "sigel.loadBalancerAnnotations" -}}
{{- if eq .Values.preset "aks" -}}
service.beta.kubernetes.io/azure-load-balancer-internal: "true"
{{- else if eq .Values.preset "eks" -}}
service.beta.kubernetes.io/aws-load-balancer-type: external
service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
service.beta.kubernetes.io/aws-load-balancer-scheme: internal
{{- else if eq .Values.preset "gke" -}}
networking.gke.io/load-balancer-type: Internal
{{- end }}
{{- end }}
