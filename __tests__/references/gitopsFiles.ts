import type { TextFile } from '../../src/references/findReferences.js'

const digest = `sha256:${'0a'.repeat(32)}`

/** A small GitOps repository: Helm, kustomize, Argo CD, Flux, compose, a Dockerfile, a workflow. */
export const gitopsFiles: readonly TextFile[] = [
  {
    name: 'apps/web/base/deployment.yaml',
    text: `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      initContainers:
        - name: migrate
          image: ghcr.io/acme/migrate:v7
      containers:
        - name: web
          image: web
---
apiVersion: v1
kind: Service
metadata: { name: web }
`
  },
  {
    name: 'apps/web/base/kustomization.yaml',
    text: 'resources: [deployment.yaml]\nimages:\n  - name: web\n    newName: ghcr.io/acme/web\n'
  },
  {
    name: 'apps/web/overlays/prod/kustomization.yaml',
    text: 'resources: [../../base]\nimages:\n  - name: web\n    newTag: "1.10" # released on Monday\n'
  },
  { name: 'apps/web/overlays/stage/kustomization.yaml', text: `images:\r\n- name: web\r\n  digest: ${digest}\r\n` },
  {
    name: 'charts/worker/Chart.yaml',
    text: 'apiVersion: v2\nname: worker\nversion: 0.3.0\nappVersion: 2026.01.05\ndependencies:\n  - name: web\n    version: 3.x\n    repository: oci://ghcr.io/acme/charts\n'
  },
  { name: 'charts/worker/values.yaml', text: 'image:\n  registry: ghcr.io\n  repository: acme/worker\n  tag: ""\n' },
  {
    name: 'charts/worker/templates/job.yaml',
    text: `{{- if .Values.enabled }}
apiVersion: batch/v1
kind: Job
spec:
  image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
  other: ghcr.io/acme/migrate:{{ .Values.migrate }}
{{- end }}
`
  },
  {
    name: 'argo/web.yaml',
    text: `apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    repoURL: ghcr.io/acme/charts
    chart: web
    targetRevision: 3.1.0
    helm:
      values: |
        image:
          repository: ghcr.io/acme/web
          tag: 1.9.0
`
  },
  {
    name: 'flux/worker.yaml',
    text: `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  chart:
    spec:
      chart: worker
      version: 0.3.0
      sourceRef: { kind: GitRepository, name: flux-system }
  values:
    image:
      repository: ghcr.io/acme/worker
      tag: main-0a1b2c3
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
spec:
  url: oci://ghcr.io/acme/manifests
  ref: { tag: v5 }
`
  },
  { name: 'compose.yaml', text: 'services:\n  x:\n    image: containers.ghe.example.com/acme/web-extra:v9\n' },
  { name: 'Dockerfile', text: 'FROM ghcr.io/acme/base AS base\nCOPY --from=ghcr.io/acme/web:1.9.0 /a /a\n' },
  { name: '.github/workflows/ci.yml', text: 'jobs:\n  a:\n    container: ghcr.io/acme/web:1.10\n' }
]
