/** What screens are told of the plant, as it stands whenever they are told. */

import type { PlantInfo } from '@lineside/domain/wire.ts';
import type { Config } from './config/config.ts';
import type { Door } from './door.ts';
import type { Plans } from './plan/plans.ts';

export function plantInfo(
  { demo, retentionDays }: Pick<Config, 'demo' | 'retentionDays'>,
  plans: Pick<Plans, 'plant'>,
  door: Pick<Door, 'port'>,
): PlantInfo {
  return {
    demo,
    retentionDays,
    get name() {
      return plans.plant.name;
    },
    get timeZone() {
      return plans.plant.timeZone;
    },
    get mqttPort() {
      return door.port;
    },
  };
}
