import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';
import { waitFor } from '../support/wait-for';
import type { Crash } from './history';

export type ServiceName = 'intake' | 'dispatch' | 'api';

const ROOT = process.cwd();
const END_WITH_PARENT = join(ROOT, 'test', 'support', 'end-with-parent.cjs');
const AS_BUILT = (service: ServiceName) => join(ROOT, 'dist', 'apps', service, 'src', 'main.js');
/** The same main, after its collaborators were wrapped: see entry.ts. */
const WRAPPED = join(ROOT, 'dist', 'test', 'faults', 'entry.js');

const RESTART_MS = 300;
const LOG_TAIL = 2_500;
const LOG_KEPT = 20_000;
const READY_MS = 45_000;
const STOP_MS = 25_000;

/** What differs from the service as built: where it is to die, how it is broken (and the path by which its processes know whether something was done once), or how little memory it has for objects. */
export type Variant = { FAULTS_KILL_AT: string; FAULTS_KILL_AFTER: string } | { FAULTS_BROKEN: string; FAULTS_ONCE: string } | { FAULTS_HEAP_MIB: string };

/** What a variant explains: a kill point its kill -9, too small a heap V8's end (by SIGTERM, where it was told to end while V8 wrote its report: seed 5358); one that is broken on purpose may end in any way. Everything else is a crash. */
const diesBecauseOf = (variant: Variant, signal: NodeJS.Signals | null): boolean =>
  'FAULTS_KILL_AT' in variant ? signal === 'SIGKILL' : 'FAULTS_HEAP_MIB' in variant ? signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL' || signal === 'SIGTERM' : true;

/** A service as a process of its own under a supervisor that starts it again whenever it dies, as in production. */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  /** What it ended by; null: by itself. */
  private gone: Promise<NodeJS.Signals | null> = Promise.resolve(null);
  private expected = false;
  private kept = true;
  private variant: Variant | null = null;
  private log = '';
  /** How often it died while it was allowed to. */
  deaths = 0;

  constructor(
    readonly name: string,
    private readonly service: ServiceName,
    readonly url: string,
    private readonly env: Record<string, string>,
    private readonly crashed: (crash: Crash) => void,
  ) {}

  /** @param variant also for each later start by the supervisor, until `restart` says otherwise; a kill point is armed once. */
  start(variant: Variant | null = null): void {
    this.kept = true;
    this.variant = variant;
    this.launch();
  }

  /** SIGTERM, as an operator does; then the next start. */
  async restart(variant: Variant | null = null): Promise<void> {
    await this.end();
    this.start(variant);
  }

  async ready(): Promise<void> {
    await waitFor(async () => (await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok, { what: `${this.name} to be ready at ${this.url}`, timeoutMs: READY_MS, intervalMs: 100 }).catch(async (error: Error) => {
      throw new Error(`${error.message}, ${(await this.complaints()).join('; ') || 'it said nothing'}. The end of its log:\n${this.log.slice(-LOG_TAIL)}`, { cause: error });
    });
  }

  /** Dies now and is started again. */
  async kill(): Promise<void> {
    this.expected = true;
    const { gone } = this;
    this.child?.kill('SIGKILL');
    await gone;
  }

  /** Why it is not ready, as it says itself; empty while it is, or does not answer. */
  async complaints(): Promise<string[]> {
    try {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
      const { reasons }: { reasons: string[] } = JSON.parse(await answer.text());
      return reasons;
    } catch {
      return [];
    }
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(name);
  }

  /** Until an armed kill point was reached; false: it was not. */
  async diesWithin(ms: number): Promise<boolean> {
    const { gone } = this;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
    const died = await Promise.race([gone.then(() => true as const), patience]);
    clearTimeout(timer);
    return died;
  }

  /** Ends it for good, with SIGTERM; `killAfterMs`: SIGKILL so long afterwards, in the middle of its shutdown. @returns what it ended by; null: by itself, before any SIGKILL */
  async end(killAfterMs?: number): Promise<NodeJS.Signals | null> {
    this.kept = false;
    const { child, gone } = this;
    if (child === null) return null;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const patience = setTimeout(() => {
      this.expected = true;
      if (killAfterMs === undefined) this.crashed({ at: Date.now(), process: this.name, how: `did not end within ${STOP_MS} ms of SIGTERM`, log: this.log.slice(-LOG_TAIL) });
      child.kill('SIGKILL');
    }, killAfterMs ?? STOP_MS);
    const signal = await gone;
    clearTimeout(patience);
    return signal;
  }

  /** FAULTS_LOGS names a folder for whole logs, to find the cause of what the checker found. */
  private keep(text: string): void {
    this.log = (this.log + text).slice(-LOG_KEPT);
    const { FAULTS_LOGS } = process.env;
    if (FAULTS_LOGS) appendFileSync(join(FAULTS_LOGS, `${this.name.replace(' ', '-')}.log`), text);
  }

  private launch(): void {
    const variant = this.variant;
    const heap = variant !== null && 'FAULTS_HEAP_MIB' in variant ? [`--max-old-space-size=${variant.FAULTS_HEAP_MIB}`] : [];
    const main = variant === null || heap.length > 0 ? AS_BUILT(this.service) : WRAPPED;
    const env = { ...MALLOC_ENV, PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', FAULTS_SERVICE: this.service, ...this.env, ...variant };
    const child = spawn(process.execPath, [...NODE_FLAGS, ...heap, '-r', END_WITH_PARENT, main], { cwd: ROOT, env });
    this.child = child;
    this.expected = false;
    child.stdin.on('error', () => undefined);
    this.log = '';
    for (const channel of [child.stdout, child.stderr]) channel.setEncoding('utf8').on('data', (text: string) => this.keep(text));
    this.gone = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.child = null;
        this.expected ||= variant !== null && diesBecauseOf(variant, signal);
        if (this.expected) this.deaths += 1;
        // Told to end before it could even listen for that: it ends as any program does.
        const beforeItBegan = signal === 'SIGTERM' && this.log === '';
        const asTold = this.expected || (!this.kept && (code === 0 || beforeItBegan));
        if (!asTold) this.crashed({ at: Date.now(), process: this.name, how: signal ?? `exit ${code}`, log: this.log.slice(-LOG_TAIL) });
        resolve(signal);
        if (this.variant !== null && 'FAULTS_KILL_AT' in this.variant) this.variant = null;
        if (this.kept) setTimeout(() => this.kept && this.child === null && this.launch(), RESTART_MS);
      });
    });
  }
}
