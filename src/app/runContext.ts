/** What the world around a run adds to its configuration. */
export interface RunContext {
  /** `owner/name` of the workflow's repository. */
  readonly repository?: string
  /** Told where plan file and receipt are, before anything is changed. */
  readonly onFiles: (files: { readonly planFile?: string; readonly receiptFile?: string }) => void
}
