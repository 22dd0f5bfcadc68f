import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** Debian's headless Chromium, driven over a pipe by its DevTools protocol; nothing listens on a port. */
export interface Browser {
  open(
    path: string,
    options?: { readonly dark?: boolean; readonly width?: number; readonly height?: number }
  ): Promise<Page>
  close(): Promise<void>
}

export interface Page {
  /** The value of an expression; promises are awaited. Throws what the page throws. */
  evaluate<T>(expression: string): Promise<T>
  press(key: string): Promise<void>
  screenshot(path: string): Promise<void>
  /** Everything that the page wrote to its console, threw, or was refused by its policy. */
  readonly complaints: readonly string[]
  /** Addresses that it asked for, the page itself aside. */
  readonly requests: readonly string[]
}

export function findChromium(): string | undefined {
  const named = ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
  )
  return named
}

export async function launch(command: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars']
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  const child = spawn(command, [...flags, ...quiet, `--user-data-dir=${profile}`, '--remote-debugging-pipe'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']
  })
  const connection = connect(child)
  return {
    async open(path, { dark = false, width = 1280, height = 900 } = {}) {
      const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true })
      return openPage(connection, String(sessionId), path, { dark, width, height })
    },
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      connection.send('Browser.close', {}).catch(() => undefined)
      await gone
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

async function openPage(
  connection: Connection,
  session: string,
  path: string,
  { dark, width, height }: { readonly dark: boolean; readonly width: number; readonly height: number }
): Promise<Page> {
  const complaints: string[] = []
  const requests: string[] = []
  const loaded = new Promise<void>((resolve) => {
    connection.listen(session, (method, params) => {
      if (method === 'Page.loadEventFired') resolve()
      if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params.exceptionDetails))
      if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params.args))
      if (method === 'Log.entryAdded') complaints.push(JSON.stringify(params.entry))
      if (method === 'Network.requestWillBeSent') requests.push(String((params.request as { url: string }).url))
    })
  })
  const send = (method: string, params: object = {}) => connection.send(method, params, session)
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
  })
  await send('Page.navigate', { url: `file://${path}` })
  await loaded
  return {
    complaints,
    get requests() {
      return requests.filter((url) => url !== `file://${path}`)
    },
    async evaluate<T>(expression: string): Promise<T> {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
      if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails))
      return (answer.result as { value: T }).value
    },
    async press(key) {
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined
      const common = { key, code: key, ...(KEY_CODES[key] !== undefined && { windowsVirtualKeyCode: KEY_CODES[key] }) }
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...(text !== undefined && { text }) })
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...common })
    },
    async screenshot(to) {
      const { data } = await send('Page.captureScreenshot', { format: 'png' })
      writeFileSync(to, Buffer.from(String(data), 'base64'))
    }
  }
}

const KEY_CODES: Readonly<Record<string, number>> = {
  Enter: 13,
  Tab: 9,
  ArrowLeft: 37,
  ArrowRight: 39,
  End: 35,
  Home: 36
}

type Params = Readonly<Record<string, unknown>>

interface Connection {
  send(method: string, params: object, sessionId?: string): Promise<Params>
  listen(sessionId: string, listener: (method: string, params: Params) => void): void
}

/** Messages are JSON, each ended by a zero byte. */
function connect(child: ChildProcess): Connection {
  const [, , , out, back] = child.stdio as unknown as [unknown, unknown, unknown, Writable, Readable]
  const waiting = new Map<number, { resolve: (value: Params) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, (method: string, params: Params) => void>()
  let next = 1
  let rest = ''
  back.setEncoding('utf8')
  back.on('data', (chunk: string) => {
    const messages = `${rest}${chunk}`.split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) receive(JSON.parse(message))
  })
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'))
    waiting.clear()
  })
  return {
    send(method, params, sessionId) {
      const id = next++
      out.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`)
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    listen: (sessionId, listener) => listeners.set(sessionId, listener)
  }

  function receive(message: Params): void {
    const { id, method, params, sessionId, result, error } = message
    if (typeof id === 'number') {
      const own = waiting.get(id)
      waiting.delete(id)
      if (error !== undefined) own?.reject(new Error(JSON.stringify(error)))
      else own?.resolve((result ?? {}) as Params)
    } else if (typeof method === 'string') listeners.get(String(sessionId))?.(method, (params ?? {}) as Params)
  }
}
