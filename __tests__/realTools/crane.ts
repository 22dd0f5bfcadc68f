import { OWNER } from '../e2e/harness.js'
import type { Check } from './maker.js'
import type { Toolbox } from './tools.js'

/** Two images of one platform each, under tags of their own, and an index of them under this tag. */
export async function indexOfTwo(box: Toolbox, tag: string, name = 'app'): Promise<string> {
  const image = `${box.registry}/${OWNER}/${name}`
  const parts: string[] = []
  for (const platform of ['amd64', 'arm64']) {
    const layer = await box.layer(platform, `${platform} of ${tag}`)
    const part = `${image}:part-${platform}-${tag}`
    await box.run('crane', 'append', '--oci-empty-base', '--new_layer', layer, '--new_tag', part)
    await box.run('crane', 'mutate', '--set-platform', `linux/${platform}`, part, '--tag', part)
    parts.push(part)
  }
  const manifests = parts.flatMap((part) => ['--manifest', part])
  await box.run('crane', 'index', 'append', ...manifests, '--tag', `${image}:${tag}`)
  return `${image}:${tag}`
}

/** Every manifest, config and layer can be pulled. */
export const whole =
  (box: Toolbox, image: string): Check =>
  async () => {
    await box.run('crane', 'validate', '--remote', image)
    return box.run('crane', 'manifest', image)
  }
