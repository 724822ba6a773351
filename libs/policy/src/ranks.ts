import { levelRank, type RiskLevel } from '@vong-gac/domain';

/** How high a floor is; -1: there is none. */
export const floorRank = ({ floor }: { floor?: RiskLevel }): number => (floor === undefined ? -1 : levelRank(floor));

/** How high a cap is; 4, above all levels: there is none. */
export const capRank = ({ cap }: { cap?: RiskLevel }): number => (cap === undefined ? 4 : levelRank(cap));
