{{- /* Returns the scrape settings of a ServiceMonitor or a PodMonitor: dict "context" $ "monitor" {}. */ -}}
{{- define "probe.scrape" -}}
path: /metrics
{{- $own := include "probe.scheme" .context }}
{{- with .monitor.scheme | default (ternary "https" "" (eq $own "https")) }}
scheme: {{ . }}
{{- end }}
{{- with .monitor.interval }}
interval: {{ . }}
{{- end }}
{{- with .monitor.scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- with .monitor.tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .monitor.authorization }}
authorization:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .monitor.proxyUrl }}
proxyUrl: {{ . }}
{{- end }}
honorLabels: {{ .monitor.honorLabels }}
{{- with .monitor.relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .monitor.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Returns the fields of a monitor's specification except its endpoints: limits, scrape class, metadata. */ -}}
{{- define "probe.monitorSpec" -}}
{{- range $key := list "scrapeClass" "attachMetadata" "bodySizeLimit" "sampleLimit" "targetLimit" "labelLimit" "labelNameLengthLimit" "labelValueLengthLimit" "keepDroppedTargets" }}
{{- with get $ $key }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}
