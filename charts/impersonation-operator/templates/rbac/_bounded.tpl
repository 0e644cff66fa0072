{{- /* Rules of impersonation of one sort, in both dialects. Takes resource, group, mode, and names, of which none is all. */}}
{{- define "impersonation-operator.identity" -}}
- apiGroups: [{{ .group | quote }}]
  resources: [{{ .resource | quote }}]
  {{- with .names }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  verbs: [impersonate]
- apiGroups: [authentication.k8s.io]
  resources: [{{ .resource | quote }}]
  {{- with .names }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  verbs: ['impersonate:{{ .mode }}']
{{- end }}

{{- /* What the operator may hand out in the whole cluster: it holds exactly this, and the API server lets nobody pass on more. */}}
{{- define "impersonation-operator.bounded" -}}
{{- $ceiling := .Values.ceiling }}
{{- $authentication := "authentication.k8s.io" }}
{{- with concat $ceiling.users $ceiling.privilegedUsers }}
{{ include "impersonation-operator.identity" (dict "group" "" "resource" "users" "mode" "user-info" "names" .) }}
{{- end }}
{{- with concat $ceiling.groups $ceiling.privilegedGroups }}
{{ include "impersonation-operator.identity" (dict "group" "" "resource" "groups" "mode" "user-info" "names" .) }}
{{- end }}
{{- with $ceiling.uids }}
{{ include "impersonation-operator.identity" (dict "group" $authentication "resource" "uids" "mode" "user-info" "names" .) }}
{{- end }}
{{- range $ceiling.extra }}
{{ include "impersonation-operator.identity" (dict "group" $authentication "resource" (printf "userextras/%s" .key) "mode" "user-info" "names" .values) }}
{{- end }}
{{- with $ceiling.privilegedNodes }}
- apiGroups: [authentication.k8s.io]
  resources: [nodes]
  resourceNames:
    {{- toYaml . | nindent 4 }}
  verbs: ['impersonate:arbitrary-node']
{{- end }}
{{- if $ceiling.actions }}
{{- range $mode := list "user-info" "serviceaccount" "arbitrary-node" }}
{{- range $ceiling.actions }}
- {{ omit . "verbs" | toYaml | nindent 2 | trim }}
  verbs:
    {{- range .verbs }}
    - impersonate-on:{{ $mode }}:{{ . }}
    {{- end }}
{{- end }}
# What every client asks, whatever else it may.
- nonResourceURLs: [/api, /api/*, /apis, /apis/*, /openapi, /openapi/*, /version, /version/]
  verbs: ['impersonate-on:{{ $mode }}:get']
- apiGroups: [authentication.k8s.io]
  resources: [selfsubjectreviews]
  verbs: ['impersonate-on:{{ $mode }}:create']
- apiGroups: [authorization.k8s.io]
  resources: [selfsubjectaccessreviews, selfsubjectrulesreviews]
  verbs: ['impersonate-on:{{ $mode }}:create']
{{- end }}
{{- end }}
{{- with $ceiling.clusterRoles }}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames:
    {{- toYaml . | nindent 4 }}
  verbs: [bind]
{{- end }}
{{- with $ceiling.rules }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The same in a namespace. Takes root and namespace. Empty where there is none. */}}
{{- define "impersonation-operator.boundedIn" -}}
{{- $ceiling := .root.Values.ceiling }}
{{- $prefix := printf "%s/" .namespace }}
{{- $accounts := list }}
{{- range $ceiling.privilegedServiceAccounts }}
{{- if hasPrefix $prefix . }}{{ $accounts = append $accounts (trimPrefix $prefix .) }}{{ end }}
{{- end }}
{{- if or (has .namespace $ceiling.serviceAccountNamespaces) $accounts }}
{{- $names := has .namespace $ceiling.serviceAccountNamespaces | ternary list $accounts }}
{{ include "impersonation-operator.identity" (dict "group" "" "resource" "serviceaccounts" "mode" "serviceaccount" "names" $names) }}
{{- end }}
{{- $roles := list }}
{{- range $ceiling.roles }}
{{- if hasPrefix $prefix . }}{{ $roles = append $roles (trimPrefix $prefix .) }}{{ end }}
{{- end }}
{{- with $roles }}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles]
  resourceNames:
    {{- toYaml . | nindent 4 }}
  verbs: [bind]
{{- end }}
{{- end }}
