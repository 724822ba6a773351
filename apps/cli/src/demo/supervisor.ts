import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MALLOC_ENV } from '@vong-gac/runtime';
import { badAnswer } from '../failure';
import { nodeArgs, type ServiceName } from '../commands/service';

/** A service that is to run, as a process of its own. */
export interface ServiceSpec {
  name: ServiceName;
  /** Answers 200 on /health/ready when it may be used. */
  url: string;
  env: NodeJS.ProcessEnv;
}

const RESTART_MS = 500;
/** A service that dies this often does not come up: the demo ends and says where its log is. */
const RESTARTS = 10;
const READY_MS = 45_000;
const STOP_MS = 20_000;
const LOOK_MS = 100;

/** Runs the services, starts one that dies again, and says so; ends them all together. */
export class Supervisor {
  private readonly running = new Map<ServiceName, ChildProcess>();
  private readonly logs: WriteStream[] = [];
  private stopping = false;
  private failure: Error | null = null;
  private deaths = 0;

  /** @param dir where each service's log goes, NAME.log */
  constructor(
    private readonly dir: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Starts them and waits until all are ready. */
  async start(specs: readonly ServiceSpec[], signal: AbortSignal): Promise<void> {
    for (const spec of specs) {
      const log = createWriteStream(this.logOf(spec.name), { flags: 'a' });
      this.logs.push(log);
      this.launch(spec, log, 0);
    }
    const end = Date.now() + READY_MS;
    for (const spec of specs) await this.ready(spec, end, signal);
  }

  /** Process ids, for who watches. */
  pids(): string {
    return [...this.running].map(([name, child]) => `${name} ${child.pid ?? '?'}`).join(', ');
  }

  /** A service that could not be kept running. */
  get broken(): Error | null {
    return this.failure;
  }

  /** Some service died on the way, even if it was started again. */
  get anyDied(): boolean {
    return this.deaths > 0;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running.values()].map((child) => ended(child)));
    for (const log of this.logs) log.end();
  }

  private logOf(name: ServiceName): string {
    return join(this.dir, `${name}.log`);
  }

  private launch(spec: ServiceSpec, log: WriteStream, restarts: number): void {
    const child = spawn(process.execPath, nodeArgs(spec.name), { env: { ...MALLOC_ENV, ...process.env, ...spec.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.running.set(spec.name, child);
    child.stdin?.on('error', () => undefined);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('error', (error) => (this.failure = new Error(`${spec.name} cannot be started`, { cause: error })));
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      this.deaths += 1;
      if (restarts >= RESTARTS) {
        this.failure = badAnswer(`${spec.name} died ${restarts + 1} times: see ${this.logOf(spec.name)}.`);
        return;
      }
      this.say(`${spec.name} (process ${child.pid ?? '?'}) died (${signal ?? `exit ${code ?? '?'}`}): it is started again; its log: ${this.logOf(spec.name)}`);
      setTimeout(() => {
        if (!this.stopping) this.launch(spec, log, restarts + 1);
      }, RESTART_MS);
    });
  }

  private async ready(spec: ServiceSpec, end: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      if (this.failure) throw this.failure;
      if (await answersReady(spec.url)) return;
      if (Date.now() > end) throw badAnswer(`${spec.name} was not ready within ${READY_MS / 1_000} s: see ${this.logOf(spec.name)}.`);
      await sleep(LOOK_MS, undefined, { signal });
    }
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // it does not listen yet
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(patience);
}
