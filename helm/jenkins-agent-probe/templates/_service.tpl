{{- /* The parts of a Service's specification that matter to what comes from outside the cluster. */ -}}
{{- define "probe.outside" -}}
{{- if eq .type "LoadBalancer" }}
{{- with .loadBalancerClass }}
loadBalancerClass: {{ . }}
{{- end }}
{{- with .loadBalancerSourceRanges }}
loadBalancerSourceRanges:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- if ne .type "ClusterIP" }}
{{- with .externalTrafficPolicy }}
externalTrafficPolicy: {{ . }}
{{- end }}
{{- with .healthCheckNodePort }}
healthCheckNodePort: {{ . }}
{{- end }}
{{- end }}
{{- end }}
