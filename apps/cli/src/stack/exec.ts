import { spawn } from 'node:child_process';

export interface Finished {
  status: number | null;
  stdout: string;
  /** What the command printed on either channel, trimmed; the reason where it could not be started or took too long. */
  output: string;
  cause?: unknown;
}

export interface ExecOptions {
  env: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number };
  input?: string;
  cwd?: string;
  timeoutMs?: number;
}

/** Runs a command to its end. Never rejects: the caller words the failure, because it knows the remedy. */
export function exec([command, ...args]: string[], options: ExecOptions): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command as string, args, { ...options.user, env: options.env, cwd: options.cwd ?? '/' });
    // Not spawn's own `timeout`: where the command does not exist, that timer stays and keeps this process alive.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000);
    const finish = (finished: Finished) => {
      clearTimeout(timer);
      resolve(finished);
    };
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // a command that ends without reading closes the pipe
    child.stdin.end(options.input ?? '');
    child.once('error', (cause) => finish({ status: null, stdout: '', output: cause.message, cause }));
    child.once('close', (status, signal) => {
      const stdout = Buffer.concat(out).toString('utf8');
      const output = `${Buffer.concat(err).toString('utf8')}${stdout}`.trim();
      finish({ status, stdout, output: signal ? `${output} (ended by ${signal})` : output });
    });
  });
}
