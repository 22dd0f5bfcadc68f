/**
 * What only the reader refuses: a document can fit the JSON schema and still mean nothing, or harm.
 * The documentation prints this table; every other refusal is one of shape, where reader and schema agree.
 */
export const READER_CHECKS = {
  yaml: 'text that is not one plain YAML document: syntax errors, duplicate or non-text keys, several documents, directives, custom tags, aliases that explode, nesting beyond 40 levels, more than 256 KB',
  pattern:
    'a pattern that does not parse, or could take more than linear time; a text without any; more than 1,000 in a list',
  expression: 'a `version-pattern` that does not parse or could take more than linear time',
  duration: 'a length of time without a unit, or with one that is ambiguous',
  timezone: 'a time zone that the IANA database does not have',
  file: 'a `names-from` file outside the workspace, one that cannot be read, or a line in it that is no name, pattern or digest',
  placeholder: 'an `open-pull-requests` that is not one pattern with `{number}` in it',
  capture: 'a `group-by` that no expression of the rule captures',
  'shared-suffix':
    'a prerelease or `semver` rule over names that share a suffix such as `-alpine`, without `version-pattern`',
  contradiction: 'keys that exclude each other, or that make an item or a rule mean nothing',
  'duplicate-rule': 'two rules of one name'
} as const

export type ReaderCheck = keyof typeof READER_CHECKS
