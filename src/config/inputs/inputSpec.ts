export const OPERATIONS = ['prune', 'apply', 'restore', 'explain', 'packages'] as const
export type Operation = (typeof OPERATIONS)[number]

/** What an input holds; `patterns` as in `pattern/`, `fuse` a number or a percentage, `list` names separated by commas or lines. */
export type InputKind =
  | 'boolean'
  | 'integer'
  | 'duration'
  | 'patterns'
  | 'list'
  | 'choice'
  | 'fuse'
  | 'text'
  | 'document'
  | 'path'
  | 'url'

export interface InputSpec {
  readonly name: string
  /** A sentence or two, for action.yml and the README. */
  readonly description: string
  /** As in action.yml; absent: none. */
  readonly default?: string
  readonly kind: InputKind
  /** For `choice` and `list`. */
  readonly choices?: readonly string[]
  /** For `integer`. */
  readonly minimum?: number
  readonly maximum?: number
  readonly operations: readonly Operation[]
  readonly group: InputGroup
  /** Says what may go and what stays: a policy document takes the place of all of these. */
  readonly retention?: true
}

export const INPUT_GROUPS = {
  run: 'What to do',
  packages: 'Which packages',
  retention: 'What goes and what stays',
  safety: 'Safety',
  policy: 'Policy document',
  apply: 'Applying a saved plan',
  restore: 'Restoring',
  limits: 'Time and limits',
  servers: 'Servers'
} as const
export type InputGroup = keyof typeof INPUT_GROUPS
