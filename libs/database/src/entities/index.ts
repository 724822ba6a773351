import { AlertRow, DeliveryRow } from './alert.entities';
import { CrowdChangeRow, CrowdStateRow } from './crowd.entities';
import { EventRepeatRow, IncidentRow, VisitorVolumeRow } from './event.entities';
import { IntakeLedgerRow, QuarantineRow } from './intake.entities';
import { IncidentDayRow, VisitorDayRow } from './memory.entities';
import { PolicyDecisionRow, PolicyRow, ShadowCountRow } from './policy.entities';
import {
  BodyRow,
  BodySuccessionRow,
  PublisherRow,
  PublisherSiteRow,
  ReceiverRow,
  RegistryVersionRow,
  SiteEventRow,
  SiteRow,
  UnitRow,
  UnitSuccessionRow,
  ZoneRow,
} from './registry.entities';

export * from './alert.entities';
export * from './crowd.entities';
export * from './event.entities';
export * from './intake.entities';
export * from './memory.entities';
export * from './policy.entities';
export * from './registry.entities';

/** Every table; test/intake/schema.spec.ts holds them equal to the migrations. */
export const ENTITIES = [
  AlertRow, DeliveryRow,
  CrowdChangeRow, CrowdStateRow,
  EventRepeatRow, IncidentRow, VisitorVolumeRow,
  IntakeLedgerRow, QuarantineRow,
  IncidentDayRow, VisitorDayRow,
  PolicyDecisionRow, PolicyRow, ShadowCountRow,
  BodyRow, BodySuccessionRow, PublisherRow, PublisherSiteRow, ReceiverRow, RegistryVersionRow, SiteEventRow, SiteRow, UnitRow, UnitSuccessionRow, ZoneRow,
];
