/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: everything but `Html` is escaped; null and false are nothing. */
export type Part = Html | string | number | null | false | readonly Part[];

/** HTML with its values escaped: whatever a report says, it is text. Attribute values must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? textOf(parts[i] ?? null) : '')).join(''));
}

function textOf(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map((each: Part) => textOf(each)).join('');
  return String(part).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
