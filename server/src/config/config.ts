/** Environment and plant file to one frozen configuration, or to every mistake at once. */

import { join, resolve } from 'node:path';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import { readPlantFile } from './plant-file.ts';
import { readSettings, type Environment, type Settings } from './settings.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly http: Address;
  /** Where the embedded broker listens. */
  readonly mqtt: Address;
  /** The external broker, its password included; `null`: the embedded one. */
  readonly mqttUrl: URL | null;
  /** The time-series database, its password included; `null`: the embedded store alone. */
  readonly influxUrl: URL | null;
  /** Absolute folder for everything kept on disk. */
  readonly dataDir: string;
  readonly demo: boolean;
  /** How long readings are kept one by one, days; `null`: for ever. */
  readonly retentionDays: number | null;
  readonly logLevel: Settings['LOG_LEVEL'];
  /** What the plant file says; `null`: there is none. */
  readonly plantFile: WrittenPlan | null;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface ConfigSources {
  readonly environment: Environment;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly demoPlantFile: string;
  /** A file's text, or `null` when there is none. Throws when there is one that cannot be read. */
  readonly readText: (path: string) => string | null;
  readonly exists: (path: string) => boolean;
  /** Epoch ms. */
  readonly now: number;
}

/** The file in a data folder that holds the plan, once Lineside has been started with it. */
export const RECORDS_FILE = 'records.db';

export function readConfig(sources: ConfigSources): ConfigResult {
  const { environment, folder } = sources;
  const result = readSettings(environment);
  const problems: string[] = result.ok ? [] : [...result.problems];
  // A plant file's mistakes are worth telling even when a setting is wrong too.
  const { PLANT_FILE, DEMO } = result.ok
    ? result.settings
    : { PLANT_FILE: environment['PLANT_FILE'], DEMO: environment['DEMO'] };
  const outside = ['MQTT_URL', 'INFLUX_URL'].filter((name) => environment[name]?.trim());
  if (DEMO === 'on') problems.push(...outside.map(demoProblem));
  // Simulated readings must not reach a plant's own broker or database, nor hide its own plan.
  const dataDir = resolve(folder, result.ok ? result.settings.DATA_DIR : 'data');
  const isOwn = outside.length > 0 || sources.exists(join(dataDir, RECORDS_FILE));
  const mode = DEMO === 'on' || !isOwn ? DEMO : 'off';
  const { plant, demo } = choosePlant(sources, PLANT_FILE, mode);
  if (!plant.ok) problems.push(...plant.problems);
  if (!result.ok || !plant.ok || problems.length > 0) return { ok: false, problems };
  const { settings } = result;
  const config: Config = {
    http: { host: settings.HOST, port: settings.PORT },
    mqtt: { host: settings.MQTT_HOST, port: settings.MQTT_PORT },
    mqttUrl: settings.MQTT_URL ?? null,
    influxUrl: settings.INFLUX_URL ?? null,
    dataDir: demo ? join(dataDir, 'demo') : dataDir,
    demo,
    retentionDays: settings.RETENTION_DAYS,
    logLevel: settings.LOG_LEVEL,
    plantFile: plant.plantFile,
  };
  return { ok: true, config: Object.freeze(config) };
}

const demoProblem = (name: string): string =>
  `${name} is set, but the demo plant keeps to its embedded parts; remove DEMO=on, or remove ${name}`;

type ChosenPlant =
  | { readonly ok: true; readonly plantFile: WrittenPlan | null }
  | { readonly ok: false; readonly problems: readonly string[] };

function choosePlant(
  { folder, demoPlantFile, readText, now }: ConfigSources,
  plantFile: string | undefined,
  demo: string | undefined,
): { plant: ChosenPlant; demo: boolean } {
  const fileName = plantFile ?? 'plant.yaml';
  let text: string | null = null;
  try {
    if (demo !== 'on') text = readText(resolve(folder, fileName));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `${fileName} cannot be read: ${reason}; it must be a file that Lineside's user may read`;
    return { plant: { ok: false, problems: [problem] }, demo: false };
  }
  if (text !== null) return { plant: chosen(text, fileName, now), demo: false };
  if (demo === 'on' || (demo !== 'off' && plantFile === undefined)) {
    const demoText = readText(demoPlantFile) ?? '';
    return { plant: chosen(demoText, 'the demo plant', now), demo: true };
  }
  if (plantFile === undefined) return { plant: { ok: true, plantFile: null }, demo: false };
  const problem = `PLANT_FILE names ${plantFile}, which is not there; correct it, or remove the setting`;
  return { plant: { ok: false, problems: [problem] }, demo: false };
}

function chosen(text: string, fileName: string, now: number): ChosenPlant {
  const read = readPlantFile(text, now);
  return read.ok
    ? { ok: true, plantFile: read.written }
    : {
        ok: false,
        problems: read.problems.map(({ line, message }) => `${fileName} line ${line}: ${message}`),
      };
}
