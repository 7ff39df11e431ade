{{- /* The variables of the containers. */}}
{{- define "accord.env" -}}
- name: NIM_CACHE_PATH
  value: /cache
- name: HF_HOME
  value: /cache/huggingface
- name: VLLM_CACHE_ROOT
  value: /cache/vllm
- name: HOME
  value: /cache/home
- name: NIM_SERVER_PORT
  value: {{ .Values.service.port | quote }}
- name: NIM_HEALTH_PORT
  value: {{ .Values.service.healthPort | quote }}
- name: ACCORD_GRACE_SECONDS
  value: {{ .Values.graceSeconds | quote }}
{{- with .Values.model.source }}
- name: NIM_MODEL_PATH
  value: {{ . | quote }}
{{- end }}
{{- with .Values.model.servedNames }}
- name: NIM_SERVED_MODEL_NAME
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.model.maxLength }}
- name: NIM_MAX_MODEL_LEN
  value: {{ include "accord.text" . | quote }}
{{- end }}
{{- with .Values.model.profile }}
- name: NIM_MODEL_PROFILE
  value: {{ . | quote }}
{{- end }}
{{- with .Values.model.tensorParallelSize }}
- name: NIM_TENSOR_PARALLEL_SIZE
  value: {{ include "accord.text" . | quote }}
{{- end }}
{{- with .Values.model.pipelineParallelSize }}
- name: NIM_PIPELINE_PARALLEL_SIZE
  value: {{ include "accord.text" . | quote }}
{{- end }}
{{- with .Values.model.hfToken }}
{{- if .existingSecret }}
- name: HF_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- with .Values.database }}
{{- if .existingSecret }}
- name: ACCORD_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- if .Values.apiKeys.existingSecret }}
- name: ACCORD_API_KEYS_FILE
  value: /etc/accord/keys/{{ .Values.apiKeys.key }}
{{- end }}
{{- if ne .Values.tls.mode "DISABLED" }}
- name: NIM_SSL_MODE
  value: {{ .Values.tls.mode }}
- name: NIM_SSL_CERTS_PATH
  value: /etc/accord/tls/tls.crt
- name: NIM_SSL_KEY_PATH
  value: /etc/accord/tls/tls.key
{{- if eq .Values.tls.mode "MTLS" }}
- name: NIM_SSL_CA_CERTS_PATH
  value: /etc/accord/tls/ca.crt
{{- end }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ include "accord.text" $value | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "accord.mounts" -}}
- name: cache
  mountPath: /cache
- name: tmp
  mountPath: /tmp
{{- if .Values.sharedMemory.enabled }}
- name: shared-memory
  mountPath: /dev/shm
{{- end }}
{{- if .Values.apiKeys.existingSecret }}
- name: keys
  mountPath: /etc/accord/keys
  readOnly: true
{{- end }}
{{- if ne .Values.tls.mode "DISABLED" }}
- name: tls
  mountPath: /etc/accord/tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "accord.claimSpec" -}}
accessModes:
  {{- toYaml .Values.cache.accessModes | nindent 2 }}
{{- with .Values.cache.storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .Values.cache.size }}
{{- end }}

{{- define "accord.volumes" -}}
{{- if eq .Values.cache.type "claim" }}
- name: cache
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-cache" (include "accord.fullname" .)) .Values.cache.existingClaim }}
{{- else if eq .Values.cache.type "emptyDir" }}
- name: cache
  emptyDir:
    sizeLimit: {{ .Values.cache.size }}
{{- else if .Values.multiNode.enabled }}
- name: cache
  ephemeral:
    volumeClaimTemplate:
      {{- with .Values.cache.annotations }}
      metadata:
        annotations:
          {{- toYaml . | nindent 10 }}
      {{- end }}
      spec:
        {{- include "accord.claimSpec" . | nindent 8 }}
{{- end }}
- name: tmp
  emptyDir: {}
{{- if .Values.sharedMemory.enabled }}
- name: shared-memory
  emptyDir:
    medium: Memory
    sizeLimit: {{ .Values.sharedMemory.sizeLimit }}
{{- end }}
{{- with .Values.apiKeys }}
{{- if .existingSecret }}
- name: keys
  secret:
    secretName: {{ .existingSecret }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{- if ne .Values.tls.mode "DISABLED" }}
- name: tls
  secret:
    secretName: {{ .Values.tls.existingSecret }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "accord.resources" -}}
{{- $resources := deepCopy .Values.resources }}
{{- if gt (int .Values.gpu.count) 0 }}
{{- $gpus := dict .Values.gpu.resource .Values.gpu.count }}
{{- $resources = merge $resources (dict "limits" $gpus "requests" $gpus) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{- define "accord.probe" -}}
httpGet:
  path: {{ .path }}
  port: health
periodSeconds: {{ .periodSeconds }}
timeoutSeconds: {{ .timeoutSeconds }}
failureThreshold: {{ .failureThreshold }}
{{- end }}

{{- /* The template of a pod: a dict of `root`, and `component`, which is `server`, or `worker` for a node that only computes. */}}
{{- define "accord.pod" -}}
{{- $component := .component }}
{{- with .root }}
metadata:
  labels:
    {{- include "accord.labels" . | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "accord.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "accord.terminationGracePeriodSeconds" . }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if or .Values.model.downloadFirst .Values.initContainers }}
  initContainers:
    {{- with .Values.initContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if .Values.model.downloadFirst }}
    - name: download
      image: {{ include "accord.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [accord, download]
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        {{- include "accord.env" . | nindent 8 }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- include "accord.mounts" . | nindent 8 }}
    {{- end }}
  {{- end }}
  containers:
    - name: accord
      image: {{ include "accord.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- if or .Values.args .Values.multiNode.enabled }}
      args:
        {{- if .Values.multiNode.enabled }}
        - --nnodes={{ .Values.multiNode.nodes }}
        - --node-rank=$(NODE_RANK)
        - --master-addr=$(LWS_LEADER_ADDRESS)
        - --master-port={{ .Values.multiNode.masterPort }}
        {{- end }}
        {{- with .Values.args }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        {{- if .Values.multiNode.enabled }}
        - name: NODE_RANK
          valueFrom:
            fieldRef:
              fieldPath: metadata.labels['leaderworkerset.sigs.k8s.io/worker-index']
        - name: VLLM_HOST_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        {{- end }}
        {{- if .Values.model.downloadFirst }}
        - name: NIM_DISABLE_MODEL_DOWNLOAD
          value: "1"
        {{- end }}
        {{- include "accord.env" . | nindent 8 }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if eq $component "server" }}
      ports:
        - name: http
          containerPort: {{ .Values.service.port }}
        - name: health
          containerPort: {{ .Values.service.healthPort }}
      startupProbe:
        {{- include "accord.probe" (merge (dict "path" "/v1/health/ready") .Values.probes.startup) | nindent 8 }}
      readinessProbe:
        {{- include "accord.probe" (merge (dict "path" "/v1/health/ready") .Values.probes.readiness) | nindent 8 }}
      livenessProbe:
        {{- include "accord.probe" (merge (dict "path" "/v1/health/live") .Values.probes.liveness) | nindent 8 }}
      {{- if gt (int .Values.preStopSeconds) 0 }}
      lifecycle:
        preStop:
          exec:
            command: [sleep, {{ .Values.preStopSeconds | quote }}]
      {{- end }}
      {{- else }}
      {{- /* Workers are there until the server has drained, which then ends them. */}}
      lifecycle:
        preStop:
          exec:
            command: [sleep, {{ add .Values.preStopSeconds .Values.graceSeconds 15 | quote }}]
      {{- end }}
      resources:
        {{- include "accord.resources" . | nindent 8 }}
      volumeMounts:
        {{- include "accord.mounts" . | nindent 8 }}
    {{- with .Values.sidecars }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "accord.volumes" . | trim | nindent 4 }}
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
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
