import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, end, type Running, start } from '../../hack/lib/process.ts'

const endLimitMs = 120_000

/** The output of a command so far, and its exit code if it has ended. */
export interface Screen {
  text: string
  code?: number
}

interface Staying {
  command: string
  screen: Screen
  running: Running
}

/** A reader's terminals: one for commands that end, and one for each that keeps running. */
export class Terminals {
  #env: Env
  readonly #folderFile: string
  readonly #staying: Staying[] = []
  #foreground: Running | undefined

  constructor(folder: string, env: Env) {
    const own = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
    onExitRemove(own)
    this.#env = env
    this.#folderFile = join(own, 'folder')
    writeFileSync(this.#folderFile, folder)
  }

  /** Adds variables to the environment of later commands. */
  use(env: Env): void {
    this.#env = { ...this.#env, ...env }
  }

  /** The present folder of the reader. */
  get folder(): string {
    return readFileSync(this.#folderFile, 'utf8').trim()
  }

  #start(text: string, env: Env = {}): { running: Running; screen: Screen } {
    const screen: Screen = { text: '' }
    const all = { ...this.#env, ...env }
    const script = `exec 2>&1\n${text}`
    const running = start('bash', ['-e', '-c', script], { env: all, cwd: this.folder })
    running.child.stdout?.setEncoding('utf8').on('data', (piece) => {
      screen.text += piece
    })
    void running.ended.then(({ code }) => {
      screen.code = code
    })
    return { running, screen }
  }

  /** Runs commands to their end. The next ones start in the folder in which these end. */
  async run(text: string, limitMs: number): Promise<Screen> {
    const remember = `pwd > "$FOLDER_FILE"`
    const { running, screen } = this.#start(`${text}\n${remember}`, {
      FOLDER_FILE: this.#folderFile,
    })
    this.#foreground = running
    const timer = setTimeout(() => void end(running, 'SIGINT', endLimitMs), limitMs)
    const { code } = await running.ended
    this.#foreground = undefined
    clearTimeout(timer)
    return { ...screen, code }
  }

  /** Starts a command that keeps running. */
  stay(text: string): Screen {
    const { running, screen } = this.#start(text)
    this.#staying.push({ command: text.trim(), screen, running })
    return screen
  }

  /** The output of a command that keeps running. */
  screenOf(command: string): Screen | undefined {
    return this.#staying.findLast((each) => each.command === command)?.screen
  }

  /** Ends a command with Ctrl-C; undefined where it does not run. */
  async interrupt(command: string): Promise<Screen | undefined> {
    const at = this.#staying.findLastIndex((each) => each.command === command)
    const [found] = at < 0 ? [] : this.#staying.splice(at, 1)
    if (!found) return undefined
    await end(found.running, 'SIGINT', endLimitMs)
    return found.screen
  }

  /** Ends all commands that still run, the latest first. */
  async close(): Promise<void> {
    if (this.#foreground) await end(this.#foreground, 'SIGINT', endLimitMs)
    for (const { command } of [...this.#staying].reverse()) await this.interrupt(command)
  }
}
