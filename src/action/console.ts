import * as core from '@actions/core'
import type { Console } from '../app/ports.js'
import { codePoint } from '../domain/visible.js'

/** Where lines are written that are safe to show. */
export interface Lines {
  info(text: string): void
  setFailed(text: string): void
  /** Shows it at once, in a place that the next one takes; without it, progress is a line now and then. */
  progress?(text: string): void
}

/** The functions of `@actions/core` that write to the log. */
export interface Commands extends Lines {
  debug(text: string): void
  notice(text: string): void
  warning(text: string): void
  error(text: string): void
  startGroup(title: string): void
  endGroup(): void
}

/** Named one by one: the whole module would bring its OpenID and its tools into the bundle. */
const RUNNER: Commands = {
  debug: core.debug,
  endGroup: core.endGroup,
  error: core.error,
  info: core.info,
  notice: core.notice,
  setFailed: core.setFailed,
  startGroup: core.startGroup,
  warning: core.warning
}

export type ConsoleOptions = {
  readonly debug: boolean
  /** Never shown, whatever the text that they are in. */
  readonly secrets: readonly string[]
  /** Milliseconds; decides how often progress is shown. */
  readonly now: () => number
} & (
  | { readonly runner: boolean; readonly commands?: Commands }
  /** Without a runner nobody reads its commands: everything is a plain line. */
  | { readonly runner: false; readonly commands: Lines }
)

/** The runner keeps the first ten annotations of each kind; the last error is for the end of the run. */
const MOST = { notice: 10, warning: 10, error: 9 }
/** The runner cuts a message at 4,096 characters. */
const LONGEST = 4000
const PROGRESS_MS = 5000

/** A console that can also end the step as failed. */
export interface StepConsole extends Console {
  /** The one annotation of a failed run; the exit status becomes 1. */
  fail(text: string): void
}

/** A console on a runner or a terminal. It hides secrets, and makes harmless what a runner or a terminal would obey. */
export function createConsole(options: ConsoleOptions): StepConsole {
  const { debug, secrets, now, commands: lines = RUNNER } = options
  const runner = options.runner ? (options.commands ?? RUNNER) : undefined
  const forms = secrets.flatMap(secretForms)
  // Secrets are hidden here: `::add-mask::` would first print the secret that it hides.
  const given = { notice: 0, warning: 0, error: 0 }
  let grouped = false
  let lastProgress = Number.NEGATIVE_INFINITY

  const clean = (text: string): string => guard(redact(text, forms))
  const info = (text: string): void => lines.info(clean(text))

  function annotate(kind: keyof typeof MOST, text: string): void {
    if (runner === undefined || given[kind] >= MOST[kind]) {
      info(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}: ${text}`)
      return
    }
    given[kind] += 1
    runner[kind](clip(clean(text)))
  }

  return {
    info,
    debug(text) {
      if (!debug) return
      if (runner === undefined) info(`Debug: ${text}`)
      else runner.debug(clean(text))
    },
    notice: (text) => annotate('notice', text),
    warning: (text) => annotate('warning', text),
    error: (text) => annotate('error', text),
    fail: (text) => lines.setFailed(clip(clean(text))),
    async group(title, body) {
      // Groups of the runner do not nest: a second one would end the first.
      const outermost = grouped ? undefined : runner
      if (outermost === undefined) info(title)
      else outermost.startGroup(clean(title))
      grouped ||= outermost !== undefined
      try {
        return await body()
      } finally {
        if (outermost !== undefined) {
          grouped = false
          outermost.endGroup()
        }
      }
    },
    progress(text) {
      if (lines.progress !== undefined) return lines.progress(clean(text))
      const at = now()
      if (at - lastProgress < PROGRESS_MS) return
      lastProgress = at
      info(text)
    }
  }
}

const clip = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** Hides secrets. The runner does so too, but not in text that is written before it knows them, and a terminal does not. */
export function redact(text: string, forms: readonly string[]): string {
  return forms.reduce((redacted, form) => redacted.replaceAll(form, '***'), text)
}

/**
 * The runner takes a line that begins with `::` (after blanks) for a command, and `##[` anywhere; a terminal obeys control
 * characters. Each line is guarded on its own.
 */
function guard(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) =>
      line
        .replace(CONTROL, codePoint)
        .replaceAll('##[', '#⟨U+0023⟩[')
        .replace(/^(\s*):(?=:)/, '$1⟨U+003A⟩')
    )
    .join('\n')
}

const CONTROL = /[^\P{Cc}\t]/gu

/** A shorter text would hide half of the log. */
const SHORTEST = 4

/**
 * A secret and what it looks like where it travels: percent-encoded, and in base64 at each of its three alignments, since
 * Basic authorization puts a user name before it. Blanks around it are not a part of it.
 */
export function secretForms(given: string): readonly string[] {
  const secret = given.trim()
  if (secret.length < SHORTEST) return []
  const bytes = Buffer.from(secret, 'utf8')
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters that also depend on the text before or behind the secret are left out.
    const from = Math.ceil((before * 8) / 6)
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(from, whole)
  })
  const forms = [secret, encodeURIComponent(secret), bytes.toString('base64'), ...encoded]
  // The longest first: a part must not be hidden before the whole.
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length)
}
