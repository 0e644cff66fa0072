{{- define "impersonation-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* 50 characters leave room for what is appended. */}}
{{- define "impersonation-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- $name := include "impersonation-operator.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "impersonation-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "impersonation-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "impersonation-operator.labels" -}}
{{ include "impersonation-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "impersonation-operator.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{ .Values.image.repository }}:{{ $tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "impersonation-operator.port" -}}
{{ default "0.0.0.0:8080" .Values.settings.listenAddress | regexFind "[0-9]+$" }}
{{- end }}

{{- /* The flags of the operator, one a line of YAML. */}}
{{- define "impersonation-operator.args" -}}
- --credential-namespaces={{ join "," .Values.credentialNamespaces }}
{{- if ne .Values.profile "guarded" }}
- --profile={{ .Values.profile }}
{{- end }}
{{- range $key := list "privilegedNamespaces" "privilegedUsers" "privilegedGroups" "privilegedServiceAccounts" "privilegedNodes" }}
{{- with index $.Values.ceiling $key }}
- {{ printf "--%s=%s" (kebabcase $key) (join "," .) | quote }}
{{- end }}
{{- end }}
{{- if ne .Values.profile "none" }}
{{- $lists := list "clusterRoles" "roles" "rules" "tokenAccounts" }}
{{- if eq .Values.profile "bounded" }}
{{- $lists = concat $lists (list "users" "groups" "uids" "extra" "serviceAccountNamespaces" "actions") }}
{{- end }}
{{- $most := dict }}
{{- range $lists }}{{ $_ := set $most . (index $.Values.ceiling .) }}{{ end }}
- {{ printf "--ceiling=%s" (toJson $most) | quote }}
{{- end }}
{{- range $key, $value := .Values.settings }}
- {{ printf "--%s=%s" (kebabcase $key) (kindIs "slice" $value | ternary (join "," $value) (toString $value)) | quote }}
{{- end }}
{{- if .Values.apiServerCA }}
- --api-server-ca-file=/etc/impersonation-operator/ca.crt
{{- end }}
{{- end }}

{{- /* What the schema cannot know. */}}
{{- define "impersonation-operator.check" -}}
{{- range .Values.credentialNamespaces }}
{{- if or (eq . $.Release.Namespace) (eq . "kube-system") (has . $.Values.ceiling.privilegedNamespaces) }}
{{- fail (printf "credentialNamespaces contains %q; allowed: neither the namespace of the release nor kube-system nor one of ceiling.privilegedNamespaces" .) }}
{{- end }}
{{- end }}
{{- range .Values.ceiling.serviceAccountNamespaces }}
{{- if or (eq . $.Release.Namespace) (eq . "kube-system") (has . $.Values.ceiling.privilegedNamespaces) (has . $.Values.credentialNamespaces) }}
{{- fail (printf "ceiling.serviceAccountNamespaces contains %q; allowed: neither the namespace of the release nor kube-system nor one of ceiling.privilegedNamespaces and credentialNamespaces" .) }}
{{- end }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (eq (toString .Values.settings.leaderElect) "false") }}
{{- fail (printf "replicas is %d; allowed: 1 where settings.leaderElect is false" (int .Values.replicas)) }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are true; allowed: one of them, or every metric comes twice" }}
{{- end }}
{{- end }}

{{- define "impersonation-operator.leaseName" -}}
{{ default "impersonation-operator" .Values.settings.leaseName }}
{{- end }}
