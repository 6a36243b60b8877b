/**
 * Loaded into the server before its main file: makes the product's own clock run faster, and with it
 * shifts, frames, ticks, ages and retention. Node's timers, the disk and the network keep their time.
 */

import { systemClock } from '../../server/src/clock.ts';
import { SwiftClock, type Swiftness } from './swiftClock.ts';

const swiftness = JSON.parse(process.env['SOAK_CLOCK'] ?? 'null') as Swiftness | null;
if (!swiftness) throw new Error('SOAK_CLOCK must say when the clock began, and its speed');
Object.assign(systemClock, new SwiftClock(swiftness));
