import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { composeOverride } from './compose';

interface Service {
  environment?: Record<string, string>;
  command?: string[];
  ports?: string[];
  mem_limit?: string;
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
}

const file = readFileSync(join(__dirname, '../../../../docker-compose.yml'), 'utf8');
const { services } = parse(file, { merge: true }) as { services: Record<string, Service> };
const APPS = ['intake', 'dispatch', 'api'];

describe('docker-compose.yml', () => {
  it.each(APPS)('gives %s its addresses and the public url that links begin with', (name) => {
    expect(Object.keys(services[name]?.environment ?? {})).toEqual(expect.arrayContaining(['KAFKA_BROKERS', 'DATABASE_URL', 'PUBLIC_URL']));
  });

  it.each(APPS)('starts %s after what it needs, and again when it ended', (name) => {
    expect(services[name]).toMatchObject({
      restart: 'unless-stopped',
      depends_on: { kafka: { condition: 'service_healthy' }, postgres: { condition: 'service_healthy' }, migrate: { condition: 'service_completed_successfully' } },
    });
  });

  it('limits the memory of the one service that a publisher can make grow', () => {
    expect(services.intake).toMatchObject({ mem_limit: expect.stringMatching(/\d+m\}$/) });
  });

  it('starts Postgres as `stack up` does, which puts its own command in the place of this one', () => {
    const override = composeOverride({ kafkaProperties: {}, postgresSettings: {}, advertisedPort: 1, ports: { kafka: 1, controller: 2, postgres: 3 } });
    expect(override).toMatchObject({ services: { postgres: { command: services.postgres?.command } } });
  });

  it('publishes every port on loopback only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
