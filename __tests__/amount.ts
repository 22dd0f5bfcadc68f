/** `npm test` takes a fixed sample of what `npm run search -- all` takes whole. */
export const ALL = process.env.TEST_ALL === 'true'

/** How many of something: in the sample, and in all. */
export const amount = (sample: number, all: number): number => (ALL ? all : sample)
