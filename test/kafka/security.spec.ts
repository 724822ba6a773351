import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import type { KafkaConfig, SaslMechanism } from '@vong-gac/kafka';
import { kafkaJars } from '../../apps/cli/src/stack/jars';
import { findJava } from '../../apps/cli/src/stack/java';
import { atEnd, privateStack, waitFor } from '../support';
import { advance, kafka, newTopic, numbered, producer, startTransport, valuesOf } from './harness';

jest.setTimeout(180_000);

const run = promisify(execFile);
const PASSWORD = 'mật-khẩu-1';
const STORE_PASSWORD = 'test-only';
const folder = mkdtempSync(join(tmpdir(), 'vg-tls-'));
atEnd(() => rmSync(folder, { recursive: true, force: true }));

let brokers: string;
let ca: Buffer;

/** A broker whose only listener for clients is SASL_SSL, with a certificate of its own making. Native: a container could not read the keystore. */
beforeAll(async () => {
  const { LOCAL_STACK } = process.env;
  process.env.LOCAL_STACK = 'native';
  atEnd(() => (LOCAL_STACK === undefined ? delete process.env.LOCAL_STACK : (process.env.LOCAL_STACK = LOCAL_STACK)));
  const java = (await findJava(process.env)).command;
  const keytool = isAbsolute(java) ? join(dirname(java), 'keytool') : 'keytool';
  const store = join(folder, 'broker.p12');
  const certificate = join(folder, 'broker.pem');
  const common = ['-alias', 'broker', '-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD];
  await run(keytool, ['-genkeypair', ...common, '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', '-validity', '2']);
  await run(keytool, ['-exportcert', ...common, '-rfc', '-file', certificate]);
  ca = readFileSync(certificate);
  const trust = join(folder, 'trust.p12');
  await run(keytool, ['-importcert', '-noprompt', '-alias', 'broker', '-file', certificate, '-keystore', trust, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD]);
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="b" user_broker="b" user_resort="${escaped(PASSWORD)}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const stack = await privateStack({
    kafkaProperties: {
      'listener.security.protocol.map': 'PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'PLAINTEXT',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.plaintext.plain.sasl.jaas.config': plain,
      'listener.name.plaintext.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.plaintext.scram-sha-512.sasl.jaas.config': scram,
      'ssl.keystore.location': store,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': STORE_PASSWORD,
      'ssl.truststore.location': trust,
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.password': STORE_PASSWORD,
    },
  });
  brokers = stack.kafkaBrokers;
  await addScramUser(java, trust);
}, 180_000);

/** As a .properties file wants it: no character beyond ASCII. */
const escaped = (text: string): string => [...text].map((char) => (char.charCodeAt(0) < 128 ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)).join('');

async function addScramUser(java: string, trust: string): Promise<void> {
  const jars = await kafkaJars(process.env, () => undefined);
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="b";';
  const settings = { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': login, 'ssl.truststore.location': trust, 'ssl.truststore.type': 'PKCS12', 'ssl.truststore.password': STORE_PASSWORD };
  const file = join(folder, 'client.properties');
  writeFileSync(file, Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(''));
  const tool = ['-Xmx128m', '-Dfile.encoding=UTF-8', '-Dsun.jnu.encoding=UTF-8', '-XX:TieredStopAtLevel=1', '-cp', jars.join(delimiter), 'kafka.admin.ConfigCommand'];
  const user = ['--bootstrap-server', brokers, '--command-config', file, '--alter', '--entity-type', 'users', '--entity-name', 'resort', '--add-config'];
  // One at a time: Kafka alters a user only once in a request.
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    await run(java, [...tool, ...user, `${mechanism}=[password=${PASSWORD}]`], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  }
}

const secured = (mechanism: SaslMechanism, more: Partial<KafkaConfig> = {}) => kafka(brokers, { tls: { ca }, sasl: { mechanism, username: 'resort', password: PASSWORD }, connectionTimeoutMs: 10_000, ...more });

describe.each<SaslMechanism>(['plain', 'scram-sha-256', 'scram-sha-512'])('TLS with SASL %s', (mechanism) => {
  it('writes and reads', async () => {
    const connection = secured(mechanism);
    const topic = await newTopic(connection);
    const seen: string[] = [];
    await startTransport(connection, { [topic]: async (chunk) => (seen.push(...valuesOf(chunk)), advance(chunk)) });
    await producer(connection).send(topic, numbered(0, 3));
    await waitFor(() => seen.length === 3, { what: 'the records', timeoutMs: 30_000 });
  });
});

describe('what is wrong', () => {
  it('a password ends the process, because waiting does not cure it', async () => {
    const topic = await newTopic(secured('plain'));
    const { crashes } = await startTransport(secured('scram-sha-512', { sasl: { mechanism: 'scram-sha-512', username: 'resort', password: 'wrong' } }), { [topic]: async (chunk) => advance(chunk) });
    await waitFor(() => crashes.length > 0, { what: 'the crash', timeoutMs: 30_000 });
    expect(String(crashes[0])).toMatch(/authentication failed/i);
  });

  it('a certificate of an unknown authority is refused', async () => {
    await expect(producer(secured('plain', { tls: true }), { sendTimeoutMs: 10_000 }).send('t', numbered(0, 1))).rejects.toThrow(/self.signed certificate/i);
  });

  it('no TLS where the broker wants it does not connect', async () => {
    await expect(producer(secured('plain', { tls: false, connectionTimeoutMs: 1_000 }), { sendTimeoutMs: 10_000 }).send('t', numbered(0, 1))).rejects.toThrow();
  });
});
