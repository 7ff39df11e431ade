{{- define "accord.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "accord.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "accord.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "accord.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "accord.selectorLabels" -}}
app.kubernetes.io/name: {{ include "accord.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "accord.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "accord.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Pods that answer requests: all but the workers of a group. */}}
{{- define "accord.serverLabels" -}}
{{ include "accord.selectorLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "accord.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "accord.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "accord.image" -}}
{{- $name := .Values.image.repository }}
{{- if .Values.image.registry }}{{ $name = printf "%s/%s" .Values.image.registry $name }}{{ end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /* The kind and the API of what runs the pods. */}}
{{- define "accord.workload" -}}
{{- if .Values.multiNode.enabled -}}
{kind: LeaderWorkerSet, apiVersion: leaderworkerset.x-k8s.io/v1}
{{- else if eq .Values.cache.type "perPod" -}}
{kind: StatefulSet, apiVersion: apps/v1}
{{- else -}}
{kind: Deployment, apiVersion: apps/v1}
{{- end }}
{{- end }}

{{- /* The most pods, or groups of pods, that can run at a time. */}}
{{- define "accord.mostReplicas" -}}
{{- if .Values.keda.enabled }}{{ .Values.keda.maxReplicas }}
{{- else if .Values.autoscaling.enabled }}{{ .Values.autoscaling.maxReplicas }}
{{- else }}{{ .Values.replicaCount }}
{{- end }}
{{- end }}

{{- define "accord.scaled" -}}
{{- if or .Values.keda.enabled .Values.autoscaling.enabled }}true{{ end }}
{{- end }}

{{- /* A value as text: Helm has whole numbers as floats, and would write a million as 1e+06. */}}
{{- define "accord.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- /* Whether pods on several nodes can have the one claim. */}}
{{- define "accord.claimShared" -}}
{{- if or .Values.cache.existingClaim (has "ReadWriteMany" .Values.cache.accessModes) }}true{{ end }}
{{- end }}

{{- /* What a server needs beyond the grace time: to tell clients, and to end its connections and the engine. */}}
{{- define "accord.terminationGracePeriodSeconds" -}}
{{- add .Values.preStopSeconds .Values.graceSeconds 25 }}
{{- end }}

{{- /* Values that cannot work together are refused in a sentence. */}}
{{- define "accord.check" -}}
{{- $most := int (include "accord.mostReplicas" .) }}
{{- if and (gt $most 1) (not .Values.database.existingSecret) }}
{{- fail (printf "%d replicas need database.existingSecret: a Secret with the URL of a PostgreSQL, in which all of them keep responses. A SQLite file serves one." $most) }}
{{- end }}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled }}
{{- fail "autoscaling.enabled and keda.enabled: one of them can scale the pods, not both." }}
{{- end }}
{{- range $name, $values := dict "autoscaling" .Values.autoscaling "keda" .Values.keda }}
{{- if and $values.enabled (gt (int $values.minReplicas) (int $values.maxReplicas)) }}
{{- fail (printf "%s.minReplicas: got %v, which is more than %s.maxReplicas, %v." $name $values.minReplicas $name $values.maxReplicas) }}
{{- end }}
{{- end }}
{{- if and (eq .Values.cache.type "claim") (not (include "accord.claimShared" .)) (or (gt $most 1) .Values.multiNode.enabled) }}
{{- fail "cache.accessModes: several pods on one claim need ReadWriteMany; or give each its own by cache.type: perPod." }}
{{- end }}
{{- if and .Values.cache.existingClaim (ne .Values.cache.type "claim") }}
{{- fail (printf "cache.existingClaim: got '%s', which needs cache.type: claim, not %s." .Values.cache.existingClaim .Values.cache.type) }}
{{- end }}
{{- if and (ne .Values.tls.mode "DISABLED") (not .Values.tls.existingSecret) }}
{{- fail (printf "tls.mode: got '%s', which needs tls.existingSecret." .Values.tls.mode) }}
{{- end }}
{{- if eq (int .Values.service.port) (int .Values.service.healthPort) }}
{{- fail (printf "service.healthPort: got %v, which is service.port, too; the two need a port each." .Values.service.healthPort) }}
{{- end }}
{{- $nodes := ternary (int .Values.multiNode.nodes) 1 .Values.multiNode.enabled }}
{{- $needed := mul (int (default 1 .Values.model.tensorParallelSize)) (int (default 1 .Values.model.pipelineParallelSize)) }}
{{- $gpus := mul $nodes (int .Values.gpu.count) }}
{{- if and (gt $gpus 0) (gt $needed $gpus) }}
{{- fail (printf "model.tensorParallelSize times model.pipelineParallelSize is %d, but %d pods with gpu.count %d have %d GPUs." $needed $nodes (int .Values.gpu.count) $gpus) }}
{{- end }}
{{- $own := dict "NIM_SERVER_PORT" "service.port" "NIM_HEALTH_PORT" "service.healthPort" "ACCORD_GRACE_SECONDS" "graceSeconds" "NIM_CACHE_PATH" "cache" "ACCORD_DATABASE_URL" "database.existingSecret" "ACCORD_API_KEYS" "apiKeys.existingSecret" "ACCORD_API_KEYS_FILE" "apiKeys.existingSecret" "NIM_SSL_MODE" "tls.mode" "NIM_MODEL_PATH" "model.source" "NIM_NUM_COMPUTE_NODES" "multiNode.nodes" "HF_HOME" "cache" "VLLM_CACHE_ROOT" "cache" "HOME" "cache" "HF_TOKEN" "model.hfToken.existingSecret" "NIM_SERVED_MODEL_NAME" "model.servedNames" "NIM_MAX_MODEL_LEN" "model.maxLength" "NIM_MODEL_PROFILE" "model.profile" "NIM_TENSOR_PARALLEL_SIZE" "model.tensorParallelSize" "NIM_PIPELINE_PARALLEL_SIZE" "model.pipelineParallelSize" "NIM_DISABLE_MODEL_DOWNLOAD" "model.downloadFirst" "NIM_SSL_CERTS_PATH" "tls.existingSecret" "NIM_SSL_KEY_PATH" "tls.existingSecret" "NIM_SSL_CA_CERTS_PATH" "tls.existingSecret" "NODE_RANK" "multiNode" "VLLM_HOST_IP" "multiNode" }}
{{- range $name, $_ := .Values.settings }}
{{- if hasKey $own $name }}
{{- fail (printf "settings.%s: the chart sets it, from %s." $name (get $own $name)) }}
{{- end }}
{{- end }}
{{- end }}
