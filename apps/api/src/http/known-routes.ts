interface Known {
  methods: Set<string>;
  pattern: RegExp;
}

/** Every route of this service, so that a wrong method is told apart from a wrong address. */
export class KnownRoutes {
  private readonly routes = new Map<string, Known>();

  /** @param path as Fastify writes it: `/v1/alerts/:id`, `/docs/*`. */
  add(path: string, methods: string | readonly string[]): void {
    const known = this.routes.get(path) ?? { methods: new Set<string>(), pattern: patternOf(path) };
    for (const method of [methods].flat()) known.methods.add(method);
    this.routes.set(path, known);
  }

  /** The methods that the address takes, in alphabetical order; empty: there is no such address. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const { methods, pattern } of this.routes.values()) {
      if (pattern.test(path)) for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    if (part === '*') return '.*';
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
