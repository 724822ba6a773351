import { mayChange } from './same-origin';

const PUBLIC = 'https://canh-bao.example.vn';

describe('mayChange', () => {
  it.each([
    ['a program', { host: '127.0.0.1:3000' }],
    ['our page on loopback', { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }],
    ['our page by name', { host: 'localhost:3000', origin: 'http://localhost:3000' }],
    ['our page on IPv6', { host: '[::1]:3000', origin: 'http://[::1]:3000' }],
    ['our page behind a proxy that changes Host', { host: 'api:3000', origin: PUBLIC, 'sec-fetch-site': 'same-origin' }],
    ['typed by hand', { host: 'localhost:3000', 'sec-fetch-site': 'none' }],
  ])('lets %s', (_who, headers) => {
    expect(mayChange(headers, PUBLIC)).toBe(true);
  });

  it.each([
    ['another site', { host: '127.0.0.1:3000', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site in an old browser', { host: '127.0.0.1:3000', origin: 'https://evil.example' }],
    ['another port of this machine', { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-site' }],
    ['a hidden origin', { host: '127.0.0.1:3000', origin: 'null' }],
    ['a foreign name that points here', { host: 'evil.example:3000', origin: 'http://evil.example:3000', 'sec-fetch-site': 'same-origin' }],
    ['a cross-site form without Origin', { host: '127.0.0.1:3000', 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', (_who, headers) => {
    expect(mayChange(headers, PUBLIC)).toBe(false);
  });
});
