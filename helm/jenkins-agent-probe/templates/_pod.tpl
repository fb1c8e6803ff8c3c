{{- /* Returns the pod of the Deployment and of the DaemonSet. */ -}}
{{- define "probe.podTemplate" -}}
{{- $source := include "probe.configSource" . -}}
{{- $annotations := deepCopy .Values.podAnnotations -}}
{{- if eq $source "values" }}
{{- $read := .Values.config -}}
{{- if eq .Values.reload "live" }}{{ $read = pick .Values.config "listen" "labels" }}{{ end -}}
{{- if $read }}{{ $_ := set $annotations "checksum/config" (toJson $read | sha256sum) }}{{ end -}}
{{- end -}}
metadata:
  labels:
    {{- mergeOverwrite (include "probe.labels" . | fromYaml) .Values.podLabels (include "probe.selectorLabels" . | fromYaml) | toYaml | nindent 4 }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "probe.serviceAccountName" . }}
  automountServiceAccountToken: {{ if include "probe.mountsToken" . }}true{{ else }}false{{ end }}
  enableServiceLinks: {{ .Values.enableServiceLinks }}
  {{- with include "probe.imagePullSecrets" . }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with .Values.schedulerName }}
  schedulerName: {{ . }}
  {{- end }}
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  {{- end }}
  dnsPolicy: {{ .Values.dnsPolicy | default (ternary "ClusterFirstWithHostNet" "ClusterFirst" .Values.hostNetwork) }}
  {{- with .Values.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range . }}
    {{- $selector := dict "labelSelector" (dict "matchLabels" (include "probe.selectorLabels" $ | fromYaml)) }}
    - {{- mergeOverwrite $selector . | toYaml | nindent 6 }}
    {{- end }}
  {{- end }}
  {{- $checks := and .Values.configCheck (include "probe.hasConfigFile" .) }}
  {{- if or $checks .Values.extraInitContainers }}
  initContainers:
    {{- if $checks }}
    - name: config-check
      image: {{ include "probe.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [config, check, --config, {{ include "probe.configFile" . }}]
      terminationMessagePolicy: FallbackToLogsOnError
      {{- include "probe.containerBasics" . | trim | nindent 6 }}
    {{- end }}
    {{- with .Values.extraInitContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  containers:
    - name: probe
      image: {{ include "probe.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- if eq $source "demo" }}
        - demo
        - --listen
        - 0.0.0.0:{{ include "probe.httpPort" . }}
        {{- else }}
        - serve
        {{- if include "probe.hasConfigFile" . }}
        - --config
        - {{ include "probe.configFile" . }}
        {{- end }}
        - --log-level
        - {{ .Values.logLevel }}
        {{- end }}
        {{- with .Values.extraArgs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      terminationMessagePolicy: FallbackToLogsOnError
      ports:
        - name: http
          containerPort: {{ include "probe.httpPort" . }}
          protocol: TCP
          {{- with .Values.hostPort }}
          hostPort: {{ . }}
          {{- end }}
        {{- range (include "probe.healthPorts" . | fromYaml).ports }}
        - name: {{ .name }}
          containerPort: {{ .port }}
          protocol: TCP
        {{- end }}
      {{- with include "probe.kubeletProbe" (dict "context" . "probe" .Values.livenessProbe) | fromYaml }}
      livenessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "probe.kubeletProbe" (dict "context" . "probe" .Values.readinessProbe) | fromYaml }}
      readinessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "probe.kubeletProbe" (dict "context" . "probe" .Values.startupProbe) | fromYaml }}
      startupProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.lifecycle }}
      lifecycle:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- include "probe.containerBasics" . | trim | nindent 6 }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "probe.volumes" . | fromYamlArray }}
  volumes:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /*
Returns a probe of the kubelet: dict "context" $ "probe" {}. A request to the HTTP port uses HTTPS if the program does. The kubelet
has no client certificate, so if the program requires one, the check runs in the container.
*/ -}}
{{- define "probe.kubeletProbe" -}}
{{- $probe := deepCopy .probe -}}
{{- $tls := include "probe.listenTls" .context | fromJson -}}
{{- $get := $probe.httpGet | default dict -}}
{{- if and $tls (eq (toString $get.port) "http") (not $get.scheme) -}}
{{- if and $tls.clientCaFile (has $get.path (list "/livez" "/readyz")) -}}
{{- $command := concat (list "jenkins-agent-probe") (include "probe.aliveArgs" (dict "context" .context "ready" (eq $get.path "/readyz")) | fromYamlArray) -}}
{{- $probe = omit (set $probe "exec" (dict "command" $command)) "httpGet" -}}
{{- $_ := set $probe "timeoutSeconds" (max 10 ($probe.timeoutSeconds | default 1 | int)) -}}
{{- else -}}
{{- $_ := set $get "scheme" "HTTPS" -}}
{{- end -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end }}

{{- /* Arguments of `jenkins-agent-probe alive`, with the client certificate that the server requires. */ -}}
{{- define "probe.aliveArgs" -}}
{{- $args := list "alive" -}}
{{- if .ready }}{{ $args = append $args "--ready" }}{{ end -}}
{{- if (include "probe.listenTls" .context | fromJson) }}{{ $args = concat $args (list "--config" (include "probe.configFile" .context)) }}{{ end -}}
{{- with .context.Values.clientCertificate -}}
{{- if .certFile }}{{ $args = concat $args (list "--cert-file" .certFile "--key-file" .keyFile) }}{{ end -}}
{{- end -}}
{{- with .url }}{{ $args = append $args . }}{{ end -}}
{{- toYaml $args -}}
{{- end }}

{{- /* The parts of a container with the program: environment, mounts, rights, limits. */ -}}
{{- define "probe.containerBasics" -}}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $inCluster := or (include "probe.mountsToken" .) (include "probe.usesKubernetes" .) }}
{{- if or $inCluster .Values.extraEnv }}
env:
  {{- if $inCluster }}
  {{- range $name, $path := dict "NODE_NAME" "spec.nodeName" "POD_NAME" "metadata.name" "POD_NAMESPACE" "metadata.namespace" "POD_UID" "metadata.uid" }}
  - name: {{ $name }}
    valueFrom:
      fieldRef:
        fieldPath: {{ $path }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- /* Whole folders, never a subPath: Kubernetes does not update a subPath. */}}
{{- $mounts := list }}
{{- if include "probe.hasConfigFile" . }}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" "/etc/jenkins-agent-probe" "readOnly" true) }}
{{- end }}
{{- range .Values.secrets }}
{{- $mounts = append $mounts (dict "name" (printf "secret-%s" . | trunc 63 | trimSuffix "-") "mountPath" (printf "/run/secrets/%s" .) "readOnly" true) }}
{{- end }}
{{- with concat $mounts .Values.extraVolumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "probe.volumes" -}}
{{- $volumes := list }}
{{- $source := include "probe.configSource" . }}
{{- if eq $source "values" }}
{{- $volumes = append $volumes (dict "name" "config" "configMap" (dict "name" (include "probe.fullname" .))) }}
{{- else if eq $source "configMap" }}
{{- $volumes = append $volumes (dict "name" "config" "configMap" (dict "name" .Values.configFrom.configMap)) }}
{{- else if eq $source "secret" }}
{{- $volumes = append $volumes (dict "name" "config" "secret" (dict "secretName" .Values.configFrom.secret "defaultMode" 288)) }}
{{- end }}
{{- range .Values.secrets }}
{{- $volumes = append $volumes (dict "name" (printf "secret-%s" . | trunc 63 | trimSuffix "-") "secret" (dict "secretName" . "defaultMode" 288)) }}
{{- end }}
{{- concat $volumes .Values.extraVolumes | toYaml }}
{{- end }}

{{- define "probe.imagePullSecrets" -}}
{{- with concat .Values.global.imagePullSecrets .Values.imagePullSecrets -}}
imagePullSecrets:
{{- range . }}
  - name: {{ if kindIs "string" . }}{{ . }}{{ else }}{{ .name }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
