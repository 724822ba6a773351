import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOf, kafkaJars, pinnedJars, type Download } from './jars';

describe("Kafka's jars", () => {
  const content = (artifact: string) => `bytes of ${artifact}`;
  const pinned = {
    kafka: '1.0',
    jars: ['g:one:1', 'g:two:2'].map((artifact) => ({ artifact, sha256: createHash('sha256').update(content(artifact)).digest('hex') })),
  };
  let cache: string;
  let fetched: string[];
  const download: Download = async (artifact, folder, file) => {
    fetched.push(artifact);
    writeFileSync(join(folder, file), content(artifact));
  };
  const get = (from: Download = download) => kafkaJars({ XDG_CACHE_HOME: cache }, () => undefined, pinned, from);
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'vg-jars-'));
    fetched = [];
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  it('are fetched once, and again only what is damaged', async () => {
    const paths = await get();
    expect(paths).toEqual(['one-1.jar', 'two-2.jar'].map((file) => join(cache, 'vong-gac', 'kafka-1.0', file)));
    expect(readdirSync(join(cache, 'vong-gac', 'kafka-1.0')).sort()).toEqual(['one-1.jar', 'two-2.jar']);
    await get();
    expect(fetched).toHaveLength(2);
    writeFileSync(paths[1] as string, 'half of it');
    await get();
    expect(fetched.slice(2)).toEqual(['g:two:2']);
    expect(readFileSync(paths[1] as string, 'utf8')).toBe(content('g:two:2'));
  });

  it('with other bytes than pinned never reach the cache', async () => {
    await expect(get(async (_artifact, folder, file) => writeFileSync(join(folder, file), 'somebody else wrote this'))).rejects.toThrow('another SHA-256');
    expect(existsSync(join(cache, 'vong-gac', 'kafka-1.0', 'one-1.jar'))).toBe(false);
    expect(readdirSync(join(cache, 'vong-gac', 'kafka-1.0'))).toEqual([]);
  });

  it('that cannot be fetched are said with a remedy and the cause', async () => {
    const cause = new Error('getaddrinfo ENOTFOUND');
    await expect(get(() => Promise.reject(cause))).rejects.toMatchObject({ exitCode: 3, cause, message: expect.stringMatching(/check the network/) });
  });

  it('come out whole when two runs fetch at once', async () => {
    const slow: Download = async (artifact, folder, file) => {
      writeFileSync(join(folder, file), content(artifact).slice(0, 4));
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(join(folder, file), content(artifact));
    };
    const [one, two] = await Promise.all([get(slow), get(slow)]);
    expect(one).toEqual(two);
    expect(one.map((path) => readFileSync(path, 'utf8'))).toEqual(pinned.jars.map((jar) => content(jar.artifact)));
  });

  it('are pinned completely', () => {
    const { kafka, jars } = pinnedJars();
    expect(jars.map((jar) => jar.artifact)).toContain(`org.apache.kafka:kafka_2.13:${kafka}`);
    for (const jar of jars) {
      expect(jar.artifact.split(':')).toHaveLength(3);
      expect(jar.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(jars.map((jar) => fileOf(jar.artifact))).size).toBe(jars.length);
  });
});
