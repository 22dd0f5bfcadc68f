/** A length of time: exact milliseconds, and calendar months that depend on a date and a time zone. */
export interface Duration {
  /** As the user wrote it, for messages. */
  readonly text: string
  readonly months: number
  readonly ms: number
}
