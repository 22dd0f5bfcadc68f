/** Style of the report page: system fonts, light and dark, never by colour alone, usable at 320 px and on paper. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --raised: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --soft: #59636e;
  --stay: #0969da; --stay-back: #ddf4ff; --go: #bc4c00; --go-back: #fff1e5; --bad: #cf222e; --focus: #0969da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --raised: #161b22; --line: #3d444d; --text: #e6edf3; --soft: #9198a1;
    --stay: #58a6ff; --stay-back: #10243e; --go: #f0883e; --go-back: #341c07; --bad: #ff7b72; --focus: #58a6ff;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto; padding: 24px 24px 64px; max-width: 1400px; background: var(--back); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif;
}
h1 { font-size: 24px; margin: 0 0 4px; display: flex; gap: 12px; align-items: center; flex-wrap: wrap; }
h2 { font-size: 17px; margin: 32px 0 8px; }
p { margin: 4px 0; }
p:empty { display: none; }
a { color: var(--stay); }
code { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; }
code { unicode-bidi: isolate; overflow-wrap: anywhere; }
.result { font-size: 16px; }
.soft { color: var(--soft); }
.badge {
  display: inline-block; padding: 0 8px; border-radius: 999px; border: 1px solid var(--line); font-size: 12px;
  font-weight: 600; white-space: nowrap; line-height: 20px;
}
.badge.go { color: var(--go); background: var(--go-back); border-color: var(--go); }
.badge.stay { color: var(--stay); background: var(--stay-back); border-color: var(--stay); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > td { border-bottom: 0; }
th { background: var(--raised); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.date, td.kind { white-space: nowrap; }
td.why { min-width: 260px; overflow-wrap: anywhere; }
td.name { min-width: 200px; }
td.package { min-width: 240px; overflow-wrap: anywhere; }
td.verdict { min-width: 130px; }
.untag { color: var(--go); font-size: 13px; overflow-wrap: anywhere; }
td.of { min-width: 130px; }
tr.open > td { background: var(--raised); border-bottom-color: transparent; }
tr.detail > td { background: var(--raised); padding: 4px 12px 16px 40px; }
button, select, input {
  font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px;
}
button { cursor: pointer; }
button:disabled { color: var(--soft); cursor: default; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
th button { border: 0; background: none; padding: 0; font-weight: 600; }
th button::after { content: ' \\2195'; color: var(--soft); font-weight: 400; }
th[aria-sort=ascending] button::after { content: ' \\2191'; color: var(--text); }
th[aria-sort=descending] button::after { content: ' \\2193'; color: var(--text); }
button.toggle { border: 0; background: none; padding: 0; display: flex; gap: 8px; text-align: left; align-items: baseline; }
button.toggle::before { content: '\\25B8'; color: var(--soft); flex: none; width: 10px; }
button.toggle[aria-expanded=true]::before { content: '\\25BE'; }
.names { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.names code { font-weight: 600; }
.filters { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 8px 0 12px; }
.filters label { display: grid; gap: 2px; font-size: 12px; color: var(--soft); }
.filters label > * { font-size: 14px; color: var(--text); max-width: 260px; }
/* Browsers draw the two in heights of their own. */
.filters select, .filters input[type=search] { height: 2.4em; }
.filters label.wide { flex: 1 1 260px; }
.filters label.wide > * { max-width: none; width: 100%; }
.filters label.check { display: flex; align-items: center; gap: 6px; padding-bottom: 6px; font-size: 14px; color: var(--text); }
.status, .pager { display: flex; gap: 12px; align-items: center; margin: 8px 0; flex-wrap: wrap; }
.status { min-height: 30px; }
ul.tree, ul.tree ul { list-style: none; margin: 0; padding: 0; }
ul.tree ul { margin-left: 15px; border-left: 1px solid var(--line); }
ul.tree li { padding: 3px 0; }
ul.tree ul > li { padding-left: 22px; position: relative; }
ul.tree ul > li::before { content: ''; position: absolute; left: 0; top: 19px; width: 16px; border-top: 1px solid var(--line); }
ul.tree ul > li.s::before { border-top-style: dashed; border-top-color: var(--soft); }
ul.tree ul > li:last-child { border-left: 1px solid var(--raised); margin-left: -1px; }
ul.tree ul > li:last-child::after {
  content: ''; position: absolute; left: -1px; top: 0; height: 19px; border-left: 1px solid var(--line);
}
.node {
  display: inline-flex; flex-direction: column; background: var(--back);
  border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; max-width: 100%;
}
.node.go { border-left: 4px solid var(--go); }
.node.stay { border-left: 4px solid var(--stay); }
.node.here { box-shadow: 0 0 0 2px var(--focus); }
.node .line { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: center; }
.node .edge { color: var(--soft); font-size: 12px; }
.node .why { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.remarks { margin: 8px 0 0; padding-left: 20px; }
.bad { color: var(--bad); font-weight: 600; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 720px) {
  body { padding: 12px; }
  table, thead, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 8px; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  thead tr, tr.open, tr.detail { background: var(--raised); }
  tr.open { border-bottom-color: transparent; }
  th, td.name, td.verdict, td.why, td.package, td.of, td, tr.detail > td { padding: 0; border: 0; min-width: 0; }
  td.name { flex: 1 1 50%; }
  td.why, td.package, tr.detail > td { flex: 1 1 100%; }
  td.kind, td.date { color: var(--soft); }
  #packages thead { display: none; }
  td.number::before { content: attr(data-head) ': '; color: var(--soft); }
}
@media print { .filters, .pager { display: none; } body { max-width: none; } }
`
