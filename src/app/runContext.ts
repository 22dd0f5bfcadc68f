/** What the world around a run adds to its configuration. */
export interface RunContext {
  /** `owner/name` of the workflow's repository. */
  readonly repository?: string
  /** Asks a person before anything is changed; absent: nobody is to be asked. Without consent the run changes nothing. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** Told where plan file and receipt are, before anything is changed. */
  readonly onFiles: (files: { readonly planFile?: string; readonly receiptFile?: string }) => void
}
