/** What the pipeline suites stand on. Everything that is started here ends with the suite that started it. */
export { atEnd } from './at-end';
export { kafkaBrokers, testDatabase, uniqueName, uniqueTopicPrefix, type TestDatabase } from './addresses';
export { otherPolicy } from './policies';
export { waitFor } from './wait-for';
export { startService, type Service, type ServiceName } from './service';
export { tcpProxy, type TcpProxy } from './tcp-proxy';
export { privateStack, type PrivateStackOptions } from './private-stack';
export { webhookReceiver, type Answer, type Hit, type WebhookReceiver } from './webhook-receiver';
