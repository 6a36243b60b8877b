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

/** An address of one of these protocols, with a host. */
const address = (protocols: readonly string[], example: string) =>
  z
    .string()
    .refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
      error: `must be an address such as ${example}`,
    })
    .transform((text) => new URL(text))
    .refine(({ hostname }) => hostname !== '', { error: `must name a host, such as ${example}` })
    .refine(({ hash, search }) => hash === '' && search === '', {
      error: `must not contain "#" or "?"; in a password write %23 and %3F (and %2F for "/", %40 for "@"), such as ${example}`,
    });

const MQTT_EXAMPLE = 'mqtts://user:password@broker:8883';
const mqttUrl = address(['mqtt:', 'mqtts:'], MQTT_EXAMPLE)
  .refine(({ pathname }) => ['', '/'].includes(pathname), {
    error: `must end with the port, such as ${MQTT_EXAMPLE}; topics are set in the plant file`,
  })
  .optional();

const INFLUX_EXAMPLE = 'http://user:password@host:8086/database';
const influxUrl = address(['http:', 'https:'], INFLUX_EXAMPLE)
  .refine(({ pathname }) => /^\/[A-Za-z0-9_-]{1,64}$/.test(pathname), {
    error: `must end with the database's name (letters, digits, "-" or "_"), such as ${INFLUX_EXAMPLE}`,
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
  MQTT_URL: mqttUrl,
  MQTT_HOST: z.string().default('127.0.0.1'),
  MQTT_PORT: port(1883),
  INFLUX_URL: influxUrl,
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
