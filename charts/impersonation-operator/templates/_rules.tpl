{{- /* Generated from config/rbac by "npm run generate"; do not edit. */}}
{{- define "impersonation-operator.rules.base" -}}
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants
    - userbindings
  verbs:
    - list
    - watch
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants/status
    - userbindings/status
  verbs:
    - update
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterroles
    - clusterrolebindings
    - roles
    - rolebindings
  verbs:
    - get
    - list
    - watch
    - create
    - update
    - delete
- apiGroups:
    - ""
  resources:
    - namespaces
  verbs:
    - list
    - watch
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - validatingadmissionpolicies
    - validatingadmissionpolicybindings
  verbs:
    - list
    - watch
- nonResourceURLs:
    - /metrics
  verbs:
    - get
{{- end }}
{{- define "impersonation-operator.rules.operator" -}}
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants
    - userbindings
  verbs:
    - list
    - watch
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants/status
    - userbindings/status
  verbs:
    - update
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterroles
    - clusterrolebindings
    - roles
    - rolebindings
  verbs:
    - get
    - list
    - watch
    - create
    - update
    - delete
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterroles
    - roles
  verbs:
    - escalate
    - bind
- apiGroups:
    - ""
  resources:
    - namespaces
  verbs:
    - list
    - watch
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - validatingadmissionpolicies
    - validatingadmissionpolicybindings
  verbs:
    - list
    - watch
- nonResourceURLs:
    - /metrics
  verbs:
    - get
{{- end }}
{{- define "impersonation-operator.rules.events" -}}
- apiGroups:
    - events.k8s.io
  resources:
    - events
  verbs:
    - create
{{- end }}
{{- define "impersonation-operator.rules.leader" -}}
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - create
    - update
{{- end }}
{{- define "impersonation-operator.rules.credentials" -}}
- apiGroups:
    - ""
  resources:
    - secrets
    - serviceaccounts
  verbs:
    - get
    - list
    - watch
    - create
    - update
    - delete
- apiGroups:
    - ""
  resources:
    - serviceaccounts/token
  verbs:
    - create
{{- end }}
{{- define "impersonation-operator.rules.view" -}}
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants
    - userbindings
  verbs:
    - get
    - list
    - watch
{{- end }}
{{- define "impersonation-operator.rules.edit" -}}
- apiGroups:
    - impersonation.dev
  resources:
    - impersonationgrants
    - userbindings
  verbs:
    - get
    - list
    - watch
    - create
    - update
    - patch
    - delete
    - deletecollection
{{- end }}
