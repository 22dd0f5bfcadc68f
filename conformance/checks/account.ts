import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'

export const families: Check = {
  id: 5,
  title: 'Addresses of owners',
  assumptions: [
    {
      key: '/users serves organizations',
      says: '/users/{login} serves the packages of an organization too',
      assumed: true,
      switch: 'usersFamilyServesOrganizations'
    },
    { key: '/orgs of a user', says: '/orgs/{login} does not serve the packages of a person', assumed: 404 }
  ],
  async run({ settings, main }, observe) {
    if (settings.ownerType === 'User') {
      observe('/orgs of a user', (await main.list('?per_page=1', 'orgs')).status)
      throw new CannotTell(`${settings.owner} is no organization`)
    }
    observe('/users serves organizations', (await main.list('?per_page=1', 'users')).status === 200)
    throw new CannotTell(`${settings.owner} is an organization`)
  }
}

export const packageList: Check = {
  id: 6,
  title: 'List of packages',
  assumptions: [{ key: 'container list of a job', says: "a job's token cannot list container packages", assumed: 400 }],
  async run(scene, observe) {
    if (!scene.isJob) throw new CannotTell("only a job's token is refused")
    const { status } = await scene.rest(`/${scene.family}/${scene.settings.owner}/packages?package_type=container`)
    observe('container list of a job', status)
  }
}

export const rateLimit: Check = {
  id: 7,
  title: 'Limits of the hour',
  assumptions: [
    { key: 'x-ratelimit headers', says: 'answers tell what is left of the hour', assumed: true },
    { key: 'requests an hour', says: 'a job may send 1,000 requests an hour', assumed: 1000 }
  ],
  async run(scene, observe) {
    const limit = (await scene.main.get()).headers.get('x-ratelimit-limit')
    observe('x-ratelimit headers', limit !== null)
    if (limit === null || !scene.isJob) throw new CannotTell("there is no limit, or the token is not a job's")
    observe('requests an hour', Number(limit))
  }
}
