/** First labels of prereleases, in the words of the package types and of the tools that number builds of branches. */
const LABEL =
  /^(?:a|alpha|b|beta|branch|build|c|canary|ci|cr|dependabot|dev|development|ea|edge|eap|exp|experimental|feat|feature|fix|git|hotfix|insiders?|m|main|master|milestone|next|nightly|p|pr|pre|preview|prerelease|pull|pullrequest|rc|renovate|sha|snapshot|test|unstable|wip)(?:[.\d-]|$)/i

/** Whether what stands behind a version says "prerelease"; anything else, such as `alpine`, is a variant. */
export function isPrereleaseLabel(suffix: string): boolean {
  return LABEL.test(suffix)
}
