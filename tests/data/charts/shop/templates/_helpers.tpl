{{- define "shop.name" -}}
{{ .Release.Name }}-{{ .Chart.Name }}
{{- end }}
{{- define "shop.labels" -}}
app: {{ include "shop.name" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
