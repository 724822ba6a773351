/**
 * JSON with keys in code-unit order and no white space: equal values give equal bytes, whatever order their keys were set in.
 *
 * As `JSON.stringify`: undefined members are left out, numbers that are not finite become null, a lone surrogate is written as an escape.
 * Meant for the domain's own plain values, which are a few levels deep: it descends by recursion.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  return JSON.stringify(value) ?? 'null';
}

function canonicalObject(value: object): string {
  let text = '';
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
