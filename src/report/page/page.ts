import { hash } from 'node:crypto'
import type { Report } from '../../domain/outcome.js'
import { plainJson } from '../../domain/visible.js'
import { type PageData, pageData } from './pageData.js'
import { PAGE_SCRIPT } from './pageScript.js'
import { PAGE_STYLE } from './pageStyle.js'

/**
 * The report as one HTML file, in pieces: no network, no framework. The content security policy lets exactly this script
 * and this style in, so even markup that got into a name could not run.
 */
export function* pageText(report: Report): Generator<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'"
  ].join('; ')
  const mode = report.dryRun ? ' <span class="badge">dry run</span>' : ''
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Package Retention report</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>Package Retention${mode}</h1>
<p class="result" id="result"></p>
<p class="bad" id="failure"></p>
<details><summary class="soft">About this run</summary><dl class="facts" id="facts"></dl></details>
</header>
<main>
<noscript><p class="bad">This page shows its table by a script of its own, which this browser does not run. The plan file has the same content.</p></noscript>
<h2>Packages</h2>
<div class="scroll" role="region" aria-label="Packages" tabindex="0"><table id="packages" role="table"></table></div>
<section>
<h2 id="versions">Versions</h2>
<div class="filters">
<label class="wide">Search names, digests, reasons <input id="text" type="search" autocomplete="off" spellcheck="false"></label>
<label>Package <select id="package"></select></label>
<label>Verdict <select id="verdict"></select></label>
<label>${report.operation === 'restore' ? 'Result' : 'Reason'} <select id="reason"></select></label>
<label>What <select id="kind"></select></label>
<label class="check"><input id="members" type="checkbox"> Members of units too</label>
</div>
<div class="status"><strong id="status" role="status"></strong><button type="button" id="clear">Clear filters</button></div>
<div class="scroll" role="region" aria-labelledby="versions" tabindex="0">
<table role="table"><caption class="hidden">Versions with verdict and reasons. A name opens its unit.</caption><thead id="head" role="rowgroup"></thead><tbody id="rows" role="rowgroup"></tbody></table>
</div>
<nav class="pager" aria-label="Pages of versions">
<button type="button" id="previous">Previous</button><span id="pages"></span><button type="button" id="next">Next</button>
<label>Rows <select id="size"><option>50</option><option selected>100</option><option>500</option></select></label>
</nav>
</section>
<section id="keepers">
<h2 id="keepers-title">What keeps versions</h2>
<details><summary class="soft" id="keepers-summary"></summary>
<div class="scroll" role="region" aria-labelledby="keepers-title" tabindex="0"><table role="table"><thead id="keepers-head" role="rowgroup"></thead><tbody id="keepers-rows" role="rowgroup"></tbody></table></div>
</details>
</section>
</main>
<script type="application/json" id="data">`
  yield* embed(pageData(report))
  yield `</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`
}

/** One line for each row. In a script element only `<` can end it or begin a comment. */
function* embed({ rows, ...head }: PageData): Generator<string> {
  const text = (data: object): string => plainJson(data).replaceAll('<', '\\u003c')
  yield `${text(head).slice(0, -1)},"rows":[`
  let before = '\n'
  for (const row of rows) {
    yield before + text(row)
    before = ',\n'
  }
  yield '\n]}'
}

function hashOf(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`
}
