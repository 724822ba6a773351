import { createHash } from 'node:crypto';
import { html, type Html } from './html';
import { SCRIPT } from './script';
import { STYLE } from './style';

const hashed = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only this page's own style and script run, known by their hashes: markup that a report smuggles in stays dead even if it were not escaped. */
export const PAGE_CSP = [
  "default-src 'none'",
  `style-src ${hashed(STYLE)}`,
  `script-src ${hashed(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page in one answer: nothing else is loaded. */
export function page(title: string, body: Html): string {
  const style = `<style>${STYLE}</style>`;
  const head = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><meta name="format-detection" content="telephone=no"><title>${title}</title><link rel="icon" href="data:,">`;
  return `<!doctype html><html lang="vi"><head>${head.text}${style}</head><body>${body.text}</body><script>${SCRIPT}</script></html>`;
}

/** A page that only says something: no such alert, out of order. */
export function messagePage(title: string, vi: string, en: string): string {
  return page(title, html`<main><h1>${title}</h1><p>${vi}</p><p lang="en">${en}</p></main>`);
}
