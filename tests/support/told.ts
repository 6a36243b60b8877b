/** What tests of the API tell a server, and its answers as they are. */

import type { MqttClient } from 'mqtt';
import { MINUTE, MORNING } from './builders.ts';

export async function tell(
  publisher: MqttClient,
  line: string,
  payload: object | string,
  kind = 'output',
): Promise<void> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  await publisher.publishAsync(`lineside/${line}/${kind}`, text, { qos: 1 });
}

/** An hour of press-1: two good parts a minute, one rejected at the end. */
export async function tellAnHour(publisher: MqttClient): Promise<void> {
  for (let minute = 0; minute <= 60; minute++) {
    const ts = MORNING + minute * MINUTE;
    await tell(publisher, 'press-1', { good: minute * 2, reject: minute === 60 ? 1 : 0, ts });
  }
}

export async function fetched(
  url: string,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), headers: response.headers };
}
