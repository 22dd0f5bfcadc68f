/**
 * Workflow files of public repositories that prune packages, as they stood in November 2026: how many lines their steps have from
 * `uses` on, without comments, and what means the same here.
 */
export interface RealWorkflow {
  /** `owner/name`, and the file in `.github/workflows/`. */
  readonly repository: string
  readonly file: string
  readonly tool: string
  readonly lines: number
  /** What stands under `with` here, for each step. */
  readonly steps: readonly string[]
  /** By name, or by type and name: tags (`-`: none) or a version, and its age in days. */
  readonly packages: Readonly<Record<string, string>>
  readonly deleted: string
}

/** `build-2@2 build-3@3 ...` */
const aged = (prefix: string, from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${from + i}@${from + i}`).join(' ')
const untagged = (...days: readonly number[]): string => days.map((day) => `-@${day}`).join(' ')

const OFFICIAL = 'actions/delete-package-versions'
const DATAAXIOM = 'dataaxiom/ghcr-cleanup-action'
const SNOK = 'snok/container-retention-policy'
const VLAURIN = 'vlaurin/action-ghcr-prune'
const CHIZKIYAHU = 'Chizkiyahu/delete-untagged-ghcr-action'
const SMARTSQUARE = 'SmartsquareGmbH/delete-old-packages'

export const REAL_WORKFLOWS: readonly RealWorkflow[] = [
  {
    repository: 'FOSSBilling/FOSSBilling',
    file: 'ghcr-cleanup.yml',
    tool: OFFICIAL,
    lines: 7,
    steps: ['delete-untagged: true\nkeep-last-untagged: 20'],
    packages: { fossbilling: `v1@900 ${aged('-', 2, 23).replaceAll(/-\d+@/g, '-@')}` },
    deleted: untagged(22, 23)
  },
  {
    repository: 'umami-software/umami',
    file: 'delete-untagged-images.yml',
    tool: OFFICIAL,
    lines: 6,
    steps: ['delete-untagged: true'],
    packages: { umami: `v1@900 v2@90 ${untagged(2, 90)}` },
    deleted: untagged(2, 90)
  },
  {
    repository: 'KumoCorp/kumomta',
    file: 'delete-old-packages.yml',
    tool: OFFICIAL,
    lines: 6,
    steps: ['delete-untagged: true\nkeep-last-untagged: 5'],
    packages: { kumomta: `v1@900 ${untagged(2, 3, 4, 5, 6, 7)}` },
    deleted: untagged(7)
  },
  {
    repository: 'guardian/dotcom-rendering',
    file: 'delete-old-packages.yml',
    tool: OFFICIAL,
    lines: 5,
    steps: ["match: '*'\nkeep-last: 5\ndelete-untagged: true"],
    packages: { 'dotcom-rendering': `${aged('build-', 2, 8)} ${untagged(9)}` },
    deleted: `${aged('build-', 7, 8)} ${untagged(9)}`
  },
  {
    repository: 'getsentry/seer',
    file: 'cleanup.yml',
    tool: OFFICIAL,
    lines: 5,
    steps: ["match: '*'\nkeep-last: 64\ndelete-untagged: true"],
    packages: { seer: aged('build-', 1, 66) },
    deleted: aged('build-', 65, 66)
  },
  {
    repository: 'Amsterdam/meldingen',
    file: 'cleanup-packages.yml',
    tool: OFFICIAL,
    lines: 10,
    steps: ["package-name: meldingen-backend, meldingen-keycloak\nmatch: '*'\nkeep-last: 2\ndelete-untagged: true"],
    packages: { 'meldingen-backend': aged('a', 2, 5), 'meldingen-keycloak': aged('b', 2, 4), other: aged('c', 2, 4) },
    deleted: 'a4@4 a5@5 b4@4'
  },
  {
    repository: 'CenterEdge/Yardarm',
    file: 'cleanup-packages.yml',
    tool: OFFICIAL,
    lines: 42,
    steps: [
      'package-name: Yardarm, Yardarm.NewtonsoftJson, Yardarm.SystemTextJson, Yardarm.MicrosoftExtensionsHttp, Yardarm.NodaTime, Yardarm.CommandLine, Yardarm.Sdk\npackage-type: nuget\nmatch: /alpha|PullRequest/\nkeep-last: 30'
    ],
    packages: {
      'nuget Yardarm': `0.1.0@900 ${aged('0.2.0-alpha', 1, 31)}`,
      'nuget Yardarm.NewtonsoftJson': aged('0.3.0-PullRequest', 1, 32),
      ...Object.fromEntries(
        ['SystemTextJson', 'MicrosoftExtensionsHttp', 'NodaTime', 'CommandLine', 'Sdk'].map((name) => [
          `nuget Yardarm.${name}`,
          '0.1.0@900'
        ])
      )
    },
    deleted: '0.2.0-alpha31@31 0.3.0-PullRequest31@31 0.3.0-PullRequest32@32'
  },
  {
    repository: 'bitwarden/sdk',
    file: 'delete-old-packages.yml',
    tool: OFFICIAL,
    lines: 7,
    steps: [
      "package-name: com.bitwarden.sdk-android\npackage-type: maven\nmatch: '!/^\\d*\\.\\d*\\.\\d*$/'\nkeep-last: 25"
    ],
    packages: { 'maven com.bitwarden.sdk-android': `0.1.0@900 0.2.0@800 ${aged('main-', 1, 27)}` },
    deleted: aged('main-', 26, 27)
  },
  {
    repository: 'otto-de/jlineup',
    file: 'delete-old-packages.yml',
    tool: OFFICIAL,
    lines: 36,
    steps: [
      "package-name: de.otto.jlineup-core, de.otto.jlineup-cli, de.otto.jlineup-cli-lambda, de.otto.jlineup-web, de.otto.jlineup-web-lambda, de.otto.jlineup-lambda\npackage-type: maven\nmatch: '!/^\\d+(\\.\\d+)*$/'\nkeep-last: 10"
    ],
    packages: Object.fromEntries(
      ['core', 'cli', 'cli-lambda', 'web', 'web-lambda', 'lambda'].map((name, i) => [
        `maven de.otto.jlineup-${name}`,
        i === 0 ? `4.0.0@900 4.1.0@90 ${aged('4.2.0-SNAPSHOT-', 1, 12)}` : '4.0.0@900'
      ])
    ),
    deleted: aged('4.2.0-SNAPSHOT-', 11, 12)
  },
  {
    repository: 'henrikfroehling/Trakt.NET',
    file: 'delete-old-packages.yml',
    tool: OFFICIAL,
    lines: 5,
    steps: ["package-type: nuget\nmatch: '*'\nkeep-last: 20"],
    packages: { 'nuget Trakt.NET': aged('1.0.', 1, 22) },
    deleted: aged('1.0.', 21, 22)
  },
  {
    // Theirs deletes one version a run.
    repository: 'serious-scaffold/ss-python',
    file: 'delete-untagged-packages.yml',
    tool: OFFICIAL,
    lines: 15,
    steps: ['package-name: ss-python, ss-python/dev, ss-python/dev-cache\ndelete-untagged: true'],
    packages: {
      'ss-python': `v1@90 ${untagged(9)}`,
      'ss-python/dev': `v1@90 ${untagged(8)}`,
      'ss-python/dev-cache': 'v1@90'
    },
    deleted: untagged(8, 9)
  },
  {
    repository: 'checkpoint-restore/checkpointctl',
    file: 'cleanup-packages.yml',
    tool: OFFICIAL,
    lines: 7,
    steps: ['package-name: checkpointctl/ci\ndelete-untagged: true\nkeep-last-untagged: 3'],
    packages: { 'checkpointctl/ci': `v1@90 ${untagged(2, 3, 4, 5)}` },
    deleted: untagged(5)
  },
  {
    repository: '3dcitydb/3dcitydb',
    file: 'cleanup-ghcr.yml',
    tool: DATAAXIOM,
    lines: 7,
    steps: [
      'package-name: 3dcitydb-pg\npolicy: |\n  version: 1\n  rules: [{ match: { tagged: false }, keep: [] }, { match: { state: [ghost, partial, orphan] }, keep: [] }]'
    ],
    packages: { '3dcitydb-pg': `5.0.0@90 5.1.0@80 5.2.0@70 5.3.0@60 ghost@9 partial@8 ${untagged(7)}` },
    deleted: `ghost@9 partial@8 ${untagged(7, 8)}`
  },
  {
    repository: 'OpenC3/cosmos',
    file: 'cleanup-ghcr.yml',
    tool: DATAAXIOM,
    lines: 8,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      "package-name: openc3-*-buildcache\nmatch: '*'\nkeep-last: 50\ndelete-untagged: true\ntoken: ${{ secrets.CLEANUP_GHCR_TOKEN }}"
    ],
    packages: { 'openc3-base-buildcache': `${aged('cache-', 1, 52)} ${untagged(2)}`, 'openc3-base': 'v1@90 v2@80' },
    deleted: `${aged('cache-', 51, 52)} ${untagged(2)}`
  },
  {
    repository: 'pgbackrest/pgbackrest',
    file: 'ghcr-prune.yml',
    tool: DATAAXIOM,
    lines: 19,
    steps: [
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the runner fills it in
      "package-name: test, doc\nmatch: '*'\ndelete-untagged: true\nkeep-within: 2mo\ndry-run: ${{ inputs.dry-run || false }}",
      'package-name: test-ccache\ndelete-untagged: true\ndry-run: ${{ inputs.dry-run || false }}'
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the runner fills it in
    ],
    packages: {
      test: `0a@10 0b@20 0c@90 ${untagged(5, 95)}`,
      doc: '0d@10 0e@99',
      'test-ccache': `amd64@2 arm64@2 ${untagged(3, 4)}`
    },
    deleted: `0c@90 0e@99 ${untagged(3, 4, 95)}`
  },
  {
    repository: 'sysadminsmedia/homebox',
    file: 'ghcr-cleanup.yaml',
    tool: DATAAXIOM,
    lines: 7,
    steps: [
      'policy: |\n  version: 1\n  rules: [{ match: { tagged: false }, keep: [{ within: 30d }] }, { match: { state: ghost }, keep: [{ within: 30d }] }]'
    ],
    packages: { homebox: `v1@90 v2@80 ghost@40 ghost-2@20 ${untagged(29, 31)}` },
    deleted: `ghost@40 ${untagged(31)}`
  },
  {
    repository: 'lsst-sqre/nublado',
    file: 'ghcr-cleanup.yaml',
    tool: DATAAXIOM,
    lines: 24,
    steps: [
      'package-name: nublado, nublado-jupyterhub, nublado-jupyterlab-base\nmatch: tickets-*, t-*\ndelete-untagged: true\nkeep-within: 6mo'
    ],
    packages: {
      nublado: `8.0.0@400 tickets-DM-1@200 tickets-DM-2@100 ${untagged(190)}`,
      'nublado-jupyterhub': '8.0.0@400 t-x@210',
      'nublado-jupyterlab-base': '8.0.0@400'
    },
    deleted: `tickets-DM-1@200 t-x@210 ${untagged(190)}`
  },
  {
    repository: 'OpenMS/streamlit-template',
    file: 'ghcr-cleanup.yml',
    tool: SNOK,
    lines: 25,
    steps: [
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the runner fills it in
      "match: '*'\nkeep: v*-full, v*-simple, main-full, main-simple\nkeep-within: 30d\ndry-run: ${{ inputs.dry-run || false }}",
      'package-name: streamlit-template, streamlit-template/cache\ndelete-untagged: true\nkeep-within: 7d\ndry-run: ${{ inputs.dry-run || false }}'
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the runner fills it in
    ],
    packages: {
      'streamlit-template': `v1-full@90 main-simple@40 latest@50 sha-1@20 sha-2@40 ${untagged(6, 8)}`,
      'streamlit-template/cache': `main@90 ${untagged(9)}`
    },
    deleted: `sha-2@40 ${untagged(8, 9)}`
  },
  {
    repository: 'NOAA-GSL/vxDataProcessor',
    file: 'container-retention.yml',
    tool: SNOK,
    lines: 25,
    steps: [
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'match: sha-*\nkeep-within: 2w\nkeep-last: 10\ntoken: ${{ secrets.GHCR_CLEANUP_PAT }}',
      "match: '*'\nkeep: v*, sha-*, main\ndelete-untagged: true\nkeep-within: 2w\ntoken: ${{ secrets.GHCR_CLEANUP_PAT }}"
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the runner fills it in
    ],
    packages: {
      vxdataprocessor: `v1@90 main@50 latest@60 ${aged('sha-', 10, 20)} pr-1@15 pr-2@13 fix@30 ${untagged(15)}`
    },
    deleted: `sha-20@20 pr-1@15 fix@30 ${untagged(15)}`
  },
  {
    repository: 'openhwgroup/cvw',
    file: 'container-retention.yml',
    tool: SNOK,
    lines: 8,
    steps: [
      "package-name: wally\npolicy: '{ version: 1, grace-period: 1h, rules: [{ match: { tagged: false }, keep: [] }] }'"
    ],
    packages: { wally: `v1@90 v2@80 ${untagged(0.02, 0.5)}` },
    deleted: untagged(0.5)
  },
  {
    repository: 'cloudnative-pg/postgres-containers',
    file: 'registry-clean.yml',
    tool: SNOK,
    lines: 7,
    steps: ["package-name: postgresql-testing\nmatch: '*'\nkeep-last: 1\ndelete-untagged: true\nkeep-within: 1w"],
    packages: { 'postgresql-testing': `17@2 16@3 15@6 14@8 ${untagged(6, 9)}` },
    deleted: `14@8 ${untagged(9)}`
  },
  {
    repository: 'grafana/grafana-image-renderer',
    file: 'ghcr-cleanup.yaml',
    tool: SNOK,
    lines: 8,
    steps: ['match: dev*\nkeep-within: 2w'],
    packages: { 'grafana-image-renderer': `v4@90 dev-1@13 dev-2@15 ${untagged(90)}` },
    deleted: 'dev-2@15'
  },
  {
    repository: 'plgd-dev/hub',
    file: 'ghcr-cleanup.yaml',
    tool: SNOK,
    lines: 17,
    steps: [
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'package-name: hub/*\nmatch: vnext-pr${{ github.event.pull_request.number }}*\ntoken: ${{ secrets.GHCR_CLEANUP_PAT }}',
      'package-name: hub/*\nmatch: vnext-*, !vnext-pr*\nkeep-within: 1mo\ntoken: ${{ secrets.GHCR_CLEANUP_PAT }}'
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the runner fills it in
    ],
    packages: { 'hub/coap': 'main@1 vnext-pr7@40 vnext-pr12-a@1 vnext-1@40 vnext-2@9', 'hub/grpc': 'main+vnext-3@50' },
    deleted: 'vnext-pr12-a@1 vnext-1@40'
  },
  {
    repository: 'NVIDIA/NVSentinel',
    file: 'cleanup-untagged-images.yml',
    tool: `${SNOK} and ${DATAAXIOM}`,
    lines: 19,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'package-name: nvsentinel/${{ github.event.package }}\nmatch: main-*\nkeep-last: 10\ndelete-untagged: true\nkeep-last-untagged: 5\nkeep-within: 30d\ndry-run: ${{ inputs.dry-run || false }}'
    ],
    packages: { 'nvsentinel/janitor': `v1@90 ${aged('main-', 25, 36)} ${untagged(29, 31, 32, 33, 34, 35)}` },
    deleted: `main-35@35 main-36@36 ${untagged(35)}`
  },
  {
    repository: 'githedgehog/fabric',
    file: 'ghcr-cleanup.yaml',
    tool: VLAURIN,
    lines: 13,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'package-name: fabric/${{ github.event.package }}\nmatch: /^(v0|master|pr)-|-(master|pr|dirty)/\nkeep-within: 30d'
    ],
    packages: { 'fabric/janitor': 'v1@90 v0-1@31 v0-2@29 x-dirty@40 v2-master-1@50 v3@60 v4@70 v5@80' },
    deleted: 'v0-1@31 x-dirty@40 v2-master-1@50'
  },
  {
    // The second of their three steps selects nothing.
    repository: 'mill1000/docker-snapcast-server',
    file: 'prune-ghcr.yml',
    tool: `${VLAURIN} and ${DATAAXIOM}`,
    lines: 20,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'package-name: snapcast-server\nmatch: /^pr-${{ github.event.pull_request.number }}/',
      'package-name: snapcast-server\ndelete-untagged: true'
    ],
    packages: { 'snapcast-server': `edge@1 latest@9 pr-12@3 pr-13@3 ${untagged(2)}` },
    deleted: `pr-12@3 ${untagged(2)}`
  },
  {
    repository: 'Security-Tools-Alliance/rengine-ng',
    file: 'delete-untagged-images.yml',
    tool: CHIZKIYAHU,
    lines: 8,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      "token: ${{ secrets.GHCR_PAT }}\npackage-name: '**'\npolicy: '{ version: 1, linked-to: Security-Tools-Alliance/rengine-ng, rules: [{ match: { tagged: false }, keep: [] }] }'"
    ],
    packages: {
      'rengine-ng/web': `v1@90 ${untagged(5)}`,
      'rengine-ng/celery': `v1@90 ${untagged(6)}`,
      'elsewhere other': `v1@90 ${untagged(7)}`
    },
    deleted: untagged(5, 6)
  },
  {
    repository: 'NetApp/harvest',
    file: 'delete-untagged-images.yml',
    tool: `a fork of ${CHIZKIYAHU}`,
    lines: 12,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    steps: ['token: ${{ secrets.PAT_TOKEN }}\npackage-name: harvest, harvest-mcp\ndelete-untagged: true'],
    packages: { harvest: `v1@90 ${untagged(5)}`, 'harvest-mcp': `v1@90 ${untagged(6)}` },
    deleted: untagged(5, 6)
  },
  {
    repository: 'discordlookup/discordlookup',
    file: 'delete-old-packages.yml',
    tool: SMARTSQUARE,
    lines: 6,
    steps: ["match: '*'\nkeep-last: 3"],
    packages: { discordlookup: `${aged('v', 1, 5)} ${untagged(9)}` },
    deleted: aged('v', 4, 5)
  },
  {
    repository: 'ably/ably-ui',
    file: 'delete-old-packages.yml',
    tool: SMARTSQUARE,
    lines: 5,
    steps: ["package-type: npm\nmatch: '/^\\d+\\.\\d+\\.\\d+(\\.|-)dev\\..+/'\nkeep-last: 20"],
    packages: { 'npm ably-ui': `2.0.0@90 ${aged('2.1.0-dev.', 1, 22)}` },
    deleted: aged('2.1.0-dev.', 21, 22)
  },
  {
    repository: 'assimbly/runtime',
    file: 'release-snapshots.yml',
    tool: SMARTSQUARE,
    lines: 13,
    steps: [
      "package-name: org.assimbly.runtime, org.assimbly.dil, org.assimbly.broker, org.assimbly.broker-rest, org.assimbly.integration, org.assimbly.integration-rest\npackage-type: maven\nmatch: '*-SNAPSHOT'"
    ],
    packages: Object.fromEntries(
      ['runtime', 'dil', 'broker', 'broker-rest', 'integration', 'integration-rest'].map((name) => [
        `maven org.assimbly.${name}`,
        '5.0.0@90 5.1.0-SNAPSHOT@5'
      ])
    ),
    deleted: Array.from({ length: 6 }, () => '5.1.0-SNAPSHOT@5').join(' ')
  },
  {
    repository: 'omec-project/upf',
    file: 'delete-untagged.yml',
    tool: 'bots-house/ghcr-delete-image-action',
    lines: 6,
    steps: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
      'package-name: upf-epc/${{ github.event.package }}\ndelete-untagged: true\nkeep-last-untagged: 1\ntoken: ${{ secrets.CR_PAT }}'
    ],
    packages: { 'upf-epc/janitor': `v1@90 ${untagged(5, 6)}` },
    deleted: untagged(6)
  }
]
