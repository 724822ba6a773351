/**
 * Reads the CPU profiles that `BENCH_CPU_PROF=DIR npm run bench -- intake` left in DIR and says whose code the main thread was in, in percent of
 * the time it was not idle: `npm run bench -- profile DIR [--json]`. A native function counts for whoever called it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: number[];
}

interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/;
const LIB = /dist\/((?:apps|libs)\/[^/]+)/;

/** Whose code a frame is; null: nobody's own, so its caller's. */
function ownerOf({ functionName, url }: Node['callFrame']): string | null {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(idle)') return 'idle';
  const found = PACKAGE.exec(url)?.[1] ?? LIB.exec(url)?.[1];
  if (found !== undefined) return found;
  return url.includes('/dist/bench/') ? 'bench' : null;
}

/** The owner of each node: its own, else its nearest caller's, else Node. */
function owners(nodes: readonly Node[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<number, string>();
  const root = nodes[0];
  const open: { node: Node; from: string }[] = root ? [{ node: root, from: 'node' }] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const owner = ownerOf(next.node.callFrame) ?? next.from;
    found.set(next.node.id, owner);
    for (const child of next.node.children ?? []) open.push({ node: byId.get(child) as Node, from: owner });
  }
  return found;
}

function shares({ nodes, samples, timeDeltas }: Profile): { busySeconds: number; percent: Record<string, number> } {
  const owner = owners(nodes);
  const micros = new Map<string, number>();
  samples.forEach((id, i) => {
    const name = owner.get(id) ?? 'node';
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  });
  micros.delete('idle');
  const busy = [...micros.values()].reduce((sum, each) => sum + each, 0);
  const sorted = [...micros].sort(([, a], [, b]) => b - a).map(([name, each]) => [name, Number(((each * 100) / busy).toFixed(1))] as const);
  return { busySeconds: Number((busy / 1e6).toFixed(1)), percent: Object.fromEntries(sorted.filter(([, share]) => share >= 0.5)) };
}

const folder = process.argv[2] ?? '';
const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')).sort();
const profiles = files.map((name) => ({ file: name, ...shares(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile) }));
if (process.argv.includes('--json')) console.log(JSON.stringify({ name: 'profile', profiles }));
else console.dir(profiles, { depth: null });
