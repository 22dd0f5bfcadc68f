#!/usr/bin/env bash
# Makes the pictures of the report page in docs/images from `npm run demo`. It needs chromium, pngquant and Noto Sans.
# Two are made by hand: report-unit.png (the name v2.1.1 opened), job-summary.png (prune-dry-run-summary.md in a job).
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent demo > /dev/null
page=$(find "$PWD/reports/demo/package-retention" -name report.html | sort | head -1)
shot() {
  chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,1000 "--screenshot=$1" "${@:2}" "file://$page"
  pngquant 64 --force --output "$1" "$1"
}
shot docs/images/report-page.png
shot docs/images/report-page-dark.png --blink-settings=preferredColorScheme=0
