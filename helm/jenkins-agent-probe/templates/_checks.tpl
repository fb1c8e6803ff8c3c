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
{{- $problems = append $problems (printf "%s.url: not a URL, write https://host/ (with the context path, if any)" $at) -}}
{{- end -}}
{{- if and .direct (not .identity) }}{{ $problems = append $problems (printf "%s: direct needs identity" $at) }}{{ end -}}
{{- if and .direct .tunnel }}{{ $problems = append $problems (printf "%s: direct and tunnel cannot be used together" $at) }}{{ end -}}
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
