{{- /* Returns the source of the configuration: "values", "configMap", "secret", "demo" or "environment". */ -}}
{{- define "probe.configSource" -}}
{{- include "probe.checkValues" . -}}
{{- $own := or .Values.config.controllers .Values.config.kubernetes -}}
{{- $from := .Values.configFrom -}}
{{- $named := list -}}
{{- if .Values.demo }}{{ $named = append $named "demo" }}{{ end -}}
{{- if $from.configMap }}{{ $named = append $named "configMap" }}{{ end -}}
{{- if $from.secret }}{{ $named = append $named "secret" }}{{ end -}}
{{- if .Values.config }}{{ $named = append $named "values" }}{{ end -}}
{{- if gt (len $named) 1 -}}
{{- fail "config, configFrom.configMap, configFrom.secret and demo cannot be used together: set only one" -}}
{{- end -}}
{{- if $named -}}
{{- if and (eq (first $named) "values") (not $own) -}}
{{- fail "config has no controllers: set, for example, config.controllers[0].name and config.controllers[0].url" -}}
{{- end -}}
{{- first $named -}}
{{- else if or .Values.extraEnvFrom (include "probe.hasControllerVariable" .) -}}
environment
{{- else -}}
demo
{{- end -}}
{{- end }}

{{- define "probe.hasControllerVariable" -}}
{{- range .Values.extraEnv }}
{{- if has .name (list "JENKINS_URL" "JENKINS_DIRECT_CONNECTION") }}yes{{ end }}
{{- end }}
{{- end }}

{{- define "probe.configFile" -}}
/etc/jenkins-agent-probe/{{ if has (include "probe.configSource" .) (list "configMap" "secret") }}{{ .Values.configFrom.key }}{{ else }}config.yaml{{ end }}
{{- end }}

{{- define "probe.hasConfigFile" -}}
{{- if has (include "probe.configSource" .) (list "values" "configMap" "secret") }}yes{{ end }}
{{- end }}

{{- /* Returns "yes" if the program uses the Kubernetes API. */ -}}
{{- define "probe.usesKubernetes" -}}
{{- if or .Values.config.kubernetes .Values.rbac.namespaces }}yes{{ end }}
{{- end }}

{{- define "probe.mountsToken" -}}
{{- if kindIs "bool" .Values.serviceAccount.automountToken }}
{{- if .Values.serviceAccount.automountToken }}yes{{ end }}
{{- else }}
{{- include "probe.usesKubernetes" . }}
{{- end }}
{{- end }}

{{- define "probe.httpPort" -}}
{{- $listen := .Values.config.listen | default dict -}}
{{- $listen.port | default 9180 | int -}}
{{- end }}

{{- /* Returns `config.listen.tls` as JSON; an empty object without it. */ -}}
{{- define "probe.listenTls" -}}
{{- $listen := .Values.config.listen | default dict -}}
{{- $listen.tls | default dict | toJson -}}
{{- end }}

{{- define "probe.scheme" -}}
{{- if (include "probe.listenTls" . | fromJson) }}https{{ else }}http{{ end -}}
{{- end }}

{{- /* Returns the ports of gates and agent checks as a YAML list of name and port under `ports`. */ -}}
{{- define "probe.healthPorts" -}}
{{- $ports := list -}}
{{- range .Values.config.gate }}
{{- $ports = append $ports (dict "name" (printf "gate-%d" (int .port)) "port" (int .port)) }}
{{- end }}
{{- range .Values.config.agentCheck }}
{{- $ports = append $ports (dict "name" (printf "check-%d" (int .port)) "port" (int .port)) }}
{{- end }}
{{- range .Values.healthService.extraPorts }}
{{- $ports = append $ports (dict "name" .name "port" (int .port)) }}
{{- end }}
{{- dict "ports" $ports | toYaml }}
{{- end }}

{{- /* Returns the TCP ports of the controllers in `config` as a YAML list under `ports`. */ -}}
{{- define "probe.egressPorts" -}}
{{- $ports := list -}}
{{- if or .Values.config.kubernetes (not .Values.config.controllers) }}
{{- $ports = list 80 443 8080 50000 }}
{{- end }}
{{- range .Values.config.controllers }}
{{- with .url }}
{{- $url := urlParse . }}
{{- $ports = append $ports (regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary 443 80 (eq $url.scheme "https")) | int) }}
{{- end }}
{{- if .direct }}
{{- $ports = append $ports (regexFind "[0-9]+$" .direct | int) }}
{{- else if ne (toString .websocket) "only" }}
{{- $ports = append $ports (regexFind "[0-9]+$" (.tunnel | default "") | default 50000 | int) }}
{{- end }}
{{- with .proxy }}
{{- $ports = append $ports (regexFind "[0-9]+$" (regexFind ":[0-9]+/?$" . | trimSuffix "/") | default 80 | int) }}
{{- end }}
{{- end }}
{{- range .Values.networkPolicy.egress.extraPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- if include "probe.mountsToken" . }}
{{- range .Values.networkPolicy.egress.kubernetesApiPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- end }}
{{- dict "ports" ($ports | uniq) | toYaml }}
{{- end }}

{{- /* Returns the configuration file. Helm parses `off` as false; this restores the word in cadences. */ -}}
{{- define "probe.configYaml" -}}
{{- $config := deepCopy .Values.config -}}
{{- $probes := list -}}
{{- with $config.probe }}{{ $probes = append $probes . }}{{ end -}}
{{- range $config.controllers }}{{ with .probe }}{{ $probes = append $probes . }}{{ end }}{{ end -}}
{{- range $probes }}
{{- $cadence := .cadence | default dict -}}
{{- range $depth, $value := $cadence -}}
{{- if and (kindIs "bool" $value) (not $value) }}{{ $_ := set $cadence $depth "off" }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}
