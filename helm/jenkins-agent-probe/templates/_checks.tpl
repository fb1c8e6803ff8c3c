{{- /* Fails with one line for each problem of the values for which the schema has no good message. */ -}}
{{- define "probe.checkValues" -}}
{{- $problems := list -}}
{{- $values := dict -}}
{{- range $key, $value := omit (fromJson (toJson .Values)) "enabled" "global" -}}
{{- /* Top-level keys with x- define YAML anchors. */ -}}
{{- if not (hasPrefix "x-" $key) }}{{ $_ := set $values $key $value }}{{ end -}}
{{- end -}}
{{- $known := .Files.Get "files/values-keys.json" | fromJson -}}
{{- $problems = concat $problems (include "probe.unknownKeys" (dict "value" $values "known" $known "path" "") | fromJsonArray) -}}
{{- $problems = concat $problems (include "probe.controllerProblems" . | fromJsonArray) -}}
{{- $problems = concat $problems (include "probe.portProblems" . | fromJsonArray) -}}
{{- $problems = concat $problems (include "probe.entrypointProblems" . | fromJsonArray) -}}
{{- with $problems }}{{ fail (printf "the values are invalid:\n- %s" (join "\n- " .)) }}{{ end -}}
{{- end }}

{{- /* Returns the unknown keys as a JSON list of lines: dict "value" {} "known" {} "path" "config". */ -}}
{{- define "probe.unknownKeys" -}}
{{- $problems := list -}}
{{- $path := .path -}}
{{- $known := .known -}}
{{- if and (kindIs "slice" $known) (kindIs "slice" .value) -}}
{{- range $index, $value := .value -}}
{{- $problems = concat $problems (include "probe.unknownKeys" (dict "value" $value "known" (first $known) "path" (printf "%s[%d]" $path $index)) | fromJsonArray) -}}
{{- end -}}
{{- else if and (kindIs "map" $known) (kindIs "map" .value) -}}
{{- range $key, $value := .value -}}
{{- $at := printf "%s.%s" $path $key | trimPrefix "." -}}
{{- if hasKey $known $key -}}
{{- $problems = concat $problems (include "probe.unknownKeys" (dict "value" $value "known" (get $known $key) "path" $at) | fromJsonArray) -}}
{{- else -}}
{{- $nearest := include "probe.nearest" (dict "word" $key "known" (keys $known | sortAlpha)) -}}
{{- $problems = append $problems (printf "%s: unknown key%s" $at (ternary "" (printf ", did you mean %q?" $nearest) (empty $nearest))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end }}

{{- /*
Returns the known word nearest to a misspelt one, or nothing: dict "word" "" "known" []. It prefers a word with one letter added,
missing, wrong or swapped; then the shortest one that contains the other; then one that starts with the same five letters.
*/ -}}
{{- define "probe.nearest" -}}
{{- $word := lower .word -}}
{{- $typed := include "probe.deletions" $word | fromJsonArray -}}
{{- $found := dict -}}
{{- range $known := .known -}}
{{- $candidate := lower $known -}}
{{- $rank := "" -}}
{{- range include "probe.deletions" $candidate | fromJsonArray -}}
{{- if has . $typed }}{{ $rank = "typing" }}{{ end -}}
{{- end -}}
{{- if not $rank -}}
{{- if or (and (contains $word $candidate) (ge (len $word) 3)) (and (contains $candidate $word) (ge (len $candidate) 3)) -}}
{{- $rank = "part" -}}
{{- else if and (ge (len $word) 5) (hasPrefix (substr 0 5 $word) $candidate) -}}
{{- $rank = "start" -}}
{{- end -}}
{{- end -}}
{{- $before := get $found $rank -}}
{{- if and $rank (or (not $before) (lt (len $known) (len $before))) }}{{ $_ := set $found $rank $known }}{{ end -}}
{{- end -}}
{{- get $found "typing" | default (get $found "part") | default (get $found "start") -}}
{{- end }}

{{- /* Returns a word, and the word without each of its letters, as a JSON list. */ -}}
{{- define "probe.deletions" -}}
{{- $word := . -}}
{{- $all := list $word -}}
{{- range $index := until (len $word) -}}
{{- $all = append $all (printf "%s%s" (substr 0 $index $word) (substr (int (add $index 1)) (len $word) $word)) -}}
{{- end -}}
{{- toJson $all -}}
{{- end }}

{{- /* Returns problems in `config.controllers` that the program refuses, as a JSON list of lines. */ -}}
{{- define "probe.controllerProblems" -}}
{{- $problems := list -}}
{{- $names := list -}}
{{- range $index, $controller := .Values.config.controllers -}}
{{- $at := printf "config.controllers[%d]" $index -}}
{{- if has .name $names }}{{ $problems = append $problems (printf "%s.name: duplicate name %q" $at .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- if not (or .url .direct) }}{{ $problems = append $problems (printf "%s: must have a url, or direct with identity" $at) }}{{ end -}}
{{- if and .url (not (regexMatch "^\\s*(?i:https?)://" .url)) -}}
{{- $problems = append $problems (printf "%s.url: %s" $at (include "probe.urlProblem" .url)) -}}
{{- end -}}
{{- range $key, $address := pick . "tunnel" "direct" -}}
{{- with include "probe.addressProblem" $address }}{{ $problems = append $problems (printf "%s.%s: %s" $at $key .) }}{{ end -}}
{{- end -}}
{{- if and .direct (not .identity) }}{{ $problems = append $problems (printf "%s: direct needs identity" $at) }}{{ end -}}
{{- if and .direct .tunnel -}}
{{- $problems = append $problems (printf "%s: direct and tunnel cannot be used together; an agent does not start with both" $at) -}}
{{- end -}}
{{- if and (eq (toString .websocket) "only") (or .tunnel .direct) -}}
{{- $other := ternary "tunnel" "direct" (not (empty .tunnel)) -}}
{{- $problems = append $problems (printf "%s.%s: websocket and %s cannot be used together if agents use only WebSocket; an agent does not start with both" $at $other $other) -}}
{{- end -}}
{{- if and (has (toString .websocket) (list "only" "true")) (not .url) -}}
{{- $problems = append $problems (printf "%s.websocket: WebSocket needs a url" $at) -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end }}

{{- /* Returns the problem of a URL that does not start with http:// or https://. */ -}}
{{- define "probe.urlProblem" -}}
{{- $url := trim . -}}
{{- if regexMatch "^[A-Za-z0-9_.-]+(:[0-9]+)?(/[A-Za-z0-9_./-]*)?$" $url -}}
{{- printf "%q has no scheme, write https://%s%s" $url $url (ternary "" "/" (contains "/" $url)) -}}
{{- else -}}
not a URL, write https://host/ (with the context path, if any)
{{- end -}}
{{- end }}

{{- /* Returns the problem of a tunnel or direct address that an agent does not accept, or nothing. */ -}}
{{- define "probe.addressProblem" -}}
{{- $address := trim . -}}
{{- $shown := contains "@" . | ternary "the address" (printf "%q" .) -}}
{{- $port := regexFind ":[^:]*$" $address | trimPrefix ":" -}}
{{- if contains "/" $address -}}
{{- $bare := regexReplaceAll "/.*$" (regexReplaceAll "^[A-Za-z][A-Za-z0-9+.-]*://" $address "") "" -}}
{{- printf "%s looks like a URL; an agent accepts only HOST:PORT, write %s" $shown (contains "@" $bare | ternary "HOST:PORT" (printf "%q" $bare)) -}}
{{- else if or (not (contains ":" $address)) (hasSuffix "]" $address) -}}
{{- printf "%s has no port, write HOST:PORT" $shown -}}
{{- else if and $port (or (not (regexMatch "^[0-9]{1,5}$" $port)) (lt (int $port) 1) (gt (int $port) 65535)) -}}
{{- printf "%s: the port must be a number from 1 to 65535" $shown -}}
{{- end -}}
{{- end }}

{{- /* Returns gates and agent checks whose controller or entrypoint is never probed, as a JSON list of lines. */ -}}
{{- define "probe.entrypointProblems" -}}
{{- $problems := list -}}
{{- $probed := dict -}}
{{- range .Values.config.controllers -}}
{{- $websocket := toString .websocket -}}
{{- $entrypoints := list -}}
{{- if .url }}{{ $entrypoints = append $entrypoints "web" }}{{ end -}}
{{- if ne $websocket "only" }}{{ $entrypoints = append $entrypoints "agent-port" }}{{ end -}}
{{- if has $websocket (list "only" "true") }}{{ $entrypoints = append $entrypoints "websocket" }}{{ end -}}
{{- $_ := set $probed .name $entrypoints -}}
{{- end -}}
{{- range $list := list "gate" "agentCheck" -}}
{{- range $index, $each := get $.Values.config $list | default list -}}
{{- $at := printf "config.%s[%d]" $list $index -}}
{{- if not (hasKey $probed .controller) -}}
{{- if not ($.Values.config.kubernetes | default dict).discovery -}}
{{- $problems = append $problems (printf "%s.controller: unknown controller" $at) -}}
{{- end -}}
{{- else if and .entrypoint (not (has .entrypoint (get $probed .controller))) -}}
{{- $problems = append $problems (printf "%s.entrypoint: controller %q has no probes of %s, so the port would never report up" $at .controller .entrypoint) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end }}

{{- /* Returns duplicate ports of the pod as a JSON list of lines. */ -}}
{{- define "probe.portProblems" -}}
{{- $problems := list -}}
{{- $taken := dict (include "probe.httpPort" .) "config.listen.port" -}}
{{- range $list := list "gate" "agentCheck" -}}
{{- range $index, $each := get $.Values.config $list | default list -}}
{{- $at := printf "config.%s[%d].port" $list $index -}}
{{- $port := toString (int .port) -}}
{{- with get $taken $port }}{{ $problems = append $problems (printf "%s: port %s is already used by %s" $at $port .) }}{{ end -}}
{{- $_ := set $taken $port $at -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end }}
