/** The environment's settings, each checked, with the variable's name in every complaint. */

import { z } from 'zod';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const DEMO_MODES = ['auto', 'on', 'off'] as const;

const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535; 0 picks a free one' })
    .transform(Number)
    .refine((value) => value <= 65_535, { error: 'must be at most 65535' })
    .default(fallback);

const LEAST_RETENTION_DAYS = 14;

/** Whole days; 0 is told as `null`. */
const retentionDays = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a whole number of days; 0 keeps readings for ever' })
  .transform(Number)
  .refine((days) => days === 0 || days >= LEAST_RETENTION_DAYS, {
    error: `must be at least ${LEAST_RETENTION_DAYS} days, or 0 to keep readings for ever`,
  })
  .transform((days) => (days === 0 ? null : days))
  .default(400);

const unsupported = (meaning: string) =>
  z
    .undefined({
      error: `is set, but this version does not speak to ${meaning} yet; remove the setting to use the embedded one`,
    })
    .optional();

const oneOf = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const settingsSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port(3000),
  DATA_DIR: z.string().default('./data'),
  PLANT_FILE: z.string().optional(),
  DEMO: oneOf(DEMO_MODES).default('auto'),
  MQTT_URL: unsupported('an external broker'),
  MQTT_HOST: z.string().default('127.0.0.1'),
  MQTT_PORT: port(1883),
  INFLUX_URL: unsupported('InfluxDB'),
  RETENTION_DAYS: retentionDays,
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
});

export type Settings = z.infer<typeof settingsSchema>;
export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** An empty variable counts as not set. */
export function readSettings(environment: Environment): SettingsResult {
  const given = Object.entries(environment)
    .map(([name, value]) => [name, value?.trim()] as const)
    .filter(([name, value]) => name in settingsSchema.shape && value !== undefined && value !== '');
  const parsed = settingsSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return { ok: true, settings: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  return { ok: false, problems };
}
