export const OPERATIONS = ['prune', 'apply', 'restore', 'explain', 'packages'] as const
export type Operation = (typeof OPERATIONS)[number]

/**
 * What an input holds: `patterns` as in `pattern/`, `limit` a number or a percentage, `list` words and `paths` files, both
 * separated by commas or lines.
 */
export type InputKind =
  | 'boolean'
  | 'integer'
  | 'duration'
  | 'patterns'
  | 'list'
  | 'choice'
  | 'limit'
  | 'text'
  | 'document'
  | 'path'
  | 'paths'
  | 'url'

export interface InputSpec {
  readonly name: string
  /** A sentence or two, for the action files and the documentation. */
  readonly description: string
  /** The same where the input of another operation means something else. */
  readonly descriptionOf?: Readonly<Partial<Record<Operation, string>>>
  /** Absent: none. */
  readonly default?: string
  /** The default that action.yml fills in and the program does not have. */
  readonly actionDefault?: string
  readonly kind: InputKind
  /** For `choice` and `list`. */
  readonly choices?: readonly string[]
  /** For `integer`. */
  readonly minimum?: number
  readonly maximum?: number
  /** The operations that take it, from the environment and as a flag of the command line. */
  readonly operations: readonly Operation[]
  /** The operations whose action file declares it; absent: all that take it. */
  readonly declaredBy?: readonly Operation[]
  readonly group: InputGroup
}

/** The description of the input for one operation. */
export function descriptionFor({ description, descriptionOf }: InputSpec, operation: Operation): string {
  return descriptionOf?.[operation] ?? description
}

export const INPUT_GROUPS = {
  run: 'What to do',
  packages: 'Which packages',
  retention: 'What to delete and what to keep',
  safety: 'Safety',
  policy: 'Policy document',
  apply: 'Applying a saved plan',
  restore: 'Restoring',
  limits: 'Time and limits',
  servers: 'Servers'
} as const
export type InputGroup = keyof typeof INPUT_GROUPS
