import type { Registry, SiteEvent } from '@vong-gac/domain';
import { reject } from './decode/rejections';
import type { Rejection } from './decoded';
import { show } from './text';

/** Publishes for every site. */
const ALL_SITES = '*';

/** Whether the registry lets this publisher speak for this site: null when it does. */
export function admit(event: SiteEvent, registry: Registry): Rejection | null {
  const publisher = registry.publishers.get(event.source);
  if (publisher === undefined) {
    return reject('unknown-publisher', `source ${show(event.source)} is no registered publisher. Register it (seed --publishers), or correct the event's source.`, event);
  }
  if (!registry.sites.has(event.siteId)) {
    return reject('unknown-site', `/siteId ${show(event.siteId)} is no registered site. Register it (seed --sites), or correct siteId.`, event);
  }
  if (publisher.sites.includes(ALL_SITES) || publisher.sites.includes(event.siteId)) return null;
  return reject('not-allowed-for-site', `${show(event.source)} may not publish for site ${show(event.siteId)}. Add the site to this publisher (seed --publishers).`, event);
}
