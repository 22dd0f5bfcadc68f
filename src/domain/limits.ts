/**
 * Bytes of the largest file that a run reads, and so of the largest that it writes: a plan or a receipt that only its writer
 * could read would be worth nothing. 100,000 versions need about 60 million; Node reads no text of more than 536 million.
 */
export const LARGEST_FILE = 400_000_000
