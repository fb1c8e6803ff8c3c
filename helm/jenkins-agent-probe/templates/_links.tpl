{{- /* Returns the URL of the probe for a browser: that of the values, or its Service. Without a trailing slash. */ -}}
{{- define "probe.url" -}}
{{- $scheme := ternary "https" "http" (hasKey ((.Values.config | default dict).listen | default dict) "tls") -}}
{{- $own := printf "%s://%s.%s.svc:%v" $scheme (include "probe.fullname" .) (include "probe.namespace" .) .Values.service.port -}}
{{- .Values.dashboards.probeUrl | default $own | trimSuffix "/" -}}
{{- end }}

{{- /* Returns a file of alerts or a dashboard with the links of this release: dict "context" $ "text" "". */ -}}
{{- define "probe.linked" -}}
{{- $text := .text -}}
{{- with .context.Values.dashboards.docsUrl -}}
{{- $docs := printf "%s/reference/diagnoses.md#" (trimSuffix "/" .) -}}
{{- $text = $text | replace "http://127.0.0.1:9180/diagnoses/" $docs | replace "${probe}/diagnoses/" $docs -}}
{{- end -}}
{{- $text | replace "http://127.0.0.1:9180" (include "probe.url" .context) -}}
{{- end }}

{{- /* Returns a file of alerts grouped by the labels of the values instead of cluster and namespace: dict "context" $ "text" "". */ -}}
{{- define "probe.grouped" -}}
{{- $by := "" }}{{ $matchers := "" }}{{ $values := "" }}{{ $shown := "" -}}
{{- range .context.Values.prometheusRule.aggregationLabels -}}
{{- $by = printf "%s%s, " $by . -}}
{{- $matchers = printf "%s%s=%%q, " $matchers . -}}
{{- $values = printf "%s$labels.%s " $values . -}}
{{- $shown = printf "%s{{ with $labels.%s }} ({{ . }}){{ end }}" $shown . -}}
{{- end -}}
{{- .text
  | replace "cluster=%q, namespace=%q, " $matchers
  | replace "$labels.cluster $labels.namespace " $values
  | replace "{{ with $labels.cluster }} ({{ . }}){{ end }}{{ with $labels.namespace }} ({{ . }}){{ end }}" $shown
  | replace "cluster, namespace, " $by
  | replace "cluster, namespace" (trimSuffix ", " $by) -}}
{{- end }}
