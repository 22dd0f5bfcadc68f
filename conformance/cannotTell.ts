/** Thrown where GitHub's answers leave a question open. */
export class CannotTell extends Error {}
