import { composeOverride, kafkaVariable, projectOf } from './compose';
import { givenStack } from './given';
import { serverProperties } from './kafka';
import { stackMode } from './options';
import { postgresArguments } from './postgres';

describe('the settings of the local stack', () => {
  it('keep Kafka on this machine, and let a test add and change', () => {
    const text = serverProperties({ dir: '/d', ports: { kafka: 1, controller: 2 }, advertisedPort: 9, properties: { 'auto.create.topics.enable': 'true', 'log.retention.check.interval.ms': '500' } });
    const lines = text.trim().split('\n');
    expect(lines).toEqual(expect.arrayContaining(['listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2', 'advertised.listeners=PLAINTEXT://127.0.0.1:9', 'auto.create.topics.enable=true', 'log.retention.check.interval.ms=500']));
    expect(new Set(lines.map((line) => line.split('=')[0])).size).toBe(lines.length);
  });

  it('keep Postgres on this machine, with fsync', () => {
    const text = postgresArguments('/d', 5, { work_mem: '8MB' }).join(' ');
    expect(text).toContain('-D /d -c listen_addresses=127.0.0.1 -c port=5');
    expect(text).toContain('-c fsync=on');
    expect(text).toContain('-c work_mem=8MB');
  });

  it('reach the containers as their image reads them', () => {
    expect(kafkaVariable('log.retention.check.interval.ms')).toBe('KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS');
    const override = composeOverride({ kafkaProperties: { 'message.max.bytes': '7' }, postgresSettings: { work_mem: '8MB' }, advertisedPort: 9, ports: { kafka: 1, controller: 2, postgres: 3 } });
    expect(override).toMatchObject({ services: { kafka: { environment: { KAFKA_MESSAGE_MAX_BYTES: '7', KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092,HOST://127.0.0.1:9' } }, postgres: { ports: ['127.0.0.1:3:5432'], command: expect.arrayContaining(['work_mem=8MB', 'timezone=UTC']) } } });
    expect(projectOf('/a')).not.toBe(projectOf('/b'));
    expect(projectOf('/a')).toMatch(/^vong-gac-[0-9a-f]{10}$/);
  });

  it('are refused by name', () => {
    expect(stackMode({})).toBe('auto');
    expect(() => stackMode({ LOCAL_STACK: 'podman' })).toThrow('LOCAL_STACK is podman: it takes auto, docker, native.');
  });

  it('of others are used whole or not at all, and never stopped', async () => {
    const given = (env: NodeJS.ProcessEnv) => givenStack({ dir: '/d', mode: 'auto', owned: true, env, log: () => undefined });
    expect(() => given({ KAFKA_BROKERS: 'k:1' })).toThrow('KAFKA_BROKERS is set and DATABASE_URL is not');
    const stack = given({ KAFKA_BROKERS: 'k:1', DATABASE_URL: 'postgres://u:p@h:5/d' });
    expect(stack).toMatchObject({ provider: 'given', kafkaBrokers: 'k:1' });
    await expect(stack.kafka.stop()).rejects.toThrow('do it where they run');
    await expect(stack.stop()).resolves.toBeUndefined();
  });
});
