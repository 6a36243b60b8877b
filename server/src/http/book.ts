/** The shift book: `/api/lines/:id/book`, `/api/book/open`, `/api/handover`. */

import type { HourEntry } from '@lineside/domain/book.ts';
import {
  MOST_NOTE,
  MOST_TEXT,
  MOST_WHO,
  type BookAnswer,
  type BookWrite,
  type HandoverAnswer,
  type HandoverWrite,
  type OpenAnswer,
} from '@lineside/domain/book-wire.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import { Router } from 'express';
import { z } from 'zod';
import type { HourInBook } from '../book/book-pages.ts';
import type { Book } from '../book/book.ts';
import type { WriteRefusal } from '../book/refusals.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Clock } from '../ports.ts';
import { iso, shiftAnswer } from './answers.ts';
import { bookHourAnswer, gapAnswer, handoverLineAnswer, noteAnswer } from './book-answers.ts';
import { readBody, refusedBody } from './body.ts';
import { badRequest, HttpError } from './errors.ts';
import { jsonBody } from './mutations.ts';
import { instant, parseInstant, text } from './query.ts';

const DAY = 86_400_000;
const MOST_DAYS = 31;
const INVALID = 'invalidEntry';

export interface BookRouterParts {
  readonly book: Book;
  readonly calendar: Pick<Calendar, 'at' | 'before' | 'after'>;
  /** Throws for a line that nobody knows. */
  readonly checkLine: (id: string) => void;
  readonly clock: Pick<Clock, 'now'>;
}

const words = (most: number, missing: string) =>
  z.string({ error: missing }).trim().min(1, missing).max(most, `write at most ${most} characters`);
const who = words(MOST_WHO, 'say who writes this');
const hour = z
  .string({ error: 'give the first instant of an hour' })
  .refine((value) => parseInstant(value) !== null, {
    error: 'must be an instant such as 2026-11-23T09:00:00Z',
  });
const flag = z.boolean({ error: 'must be true or false' });
const entry: z.ZodType<HourEntry> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('reason'),
      reason: words(MOST_TEXT, 'say why the hour is short'),
      countermeasure: z
        .string({ error: 'must be a text; leave it empty when nothing is needed' })
        .trim()
        .max(MOST_TEXT, `write at most ${MOST_TEXT} characters`)
        .default(''),
      countermeasureDone: flag.default(false),
    }),
    z.strictObject({ kind: z.literal('signOff') }),
  ],
  { error: 'kind must be reason or signOff' },
);
const lastSeen = z
  .int({ error: 'must be the id of an entry of this hour, or null for none' })
  .nullable()
  .optional();
const bookWrite: z.ZodType<BookWrite> = z.strictObject({ hour, who, entry, lastSeen });
const line = z.string({ error: 'give the id of a line' });
const handoverWrite: z.ZodType<HandoverWrite> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('note'),
      shift: z.string({ error: 'give the id of a shift, such as 2026-11-23/Early' }),
      who,
      note: words(MOST_NOTE, 'write a note'),
    }),
    z.strictObject({ kind: z.literal('countermeasure'), line, hour, who, done: flag }),
  ],
  { error: 'kind must be note or countermeasure' },
);

const hourStartOf = (value: string): number => parseInstant(value) ?? NaN;

export function bookRouter({ book, calendar, checkLine, clock }: BookRouterParts): Router {
  const router = Router();

  router.get('/lines/:id/book', async (request, response) => {
    checkLine(request.params.id);
    const shift = await book.pages.around(request.params.id, instant(request, 'at', clock.now()));
    const answer: BookAnswer = {
      shift: shift && shiftAnswer(shift.shift),
      hours: shift?.hours.map(bookHourAnswer) ?? [],
    };
    response.json(answer);
  });

  router.post('/lines/:id/book', ...jsonBody, async (request, response) => {
    const { id } = request.params as { readonly id: string };
    checkLine(id);
    const asked = readBody(bookWrite, request.body, INVALID);
    const place = { line: id, hourStart: hourStartOf(asked.hour) };
    const written = await book.write(place, asked.who, asked.entry, asked.lastSeen);
    response.status(201).json(answerOf(written));
  });

  router.get('/book/open', async (request, response) => {
    const usual = book.gaps.askedFrom();
    const from = instant(request, 'from', usual);
    if (clock.now() - from > MOST_DAYS * DAY) {
      throw badRequest(`ask for at most ${MOST_DAYS} days; what was written about stays listed`);
    }
    const gaps = await (from === usual ? book.gaps.asked() : book.gaps.since(from));
    const answer: OpenAnswer = { from: iso(from), gaps: gaps.map(gapAnswer) };
    response.json(answer);
  });

  router.get('/handover', async (request, response) => {
    const now = clock.now();
    const running = calendar.at(now);
    const asked = text(request, 'shift');
    const shift = asked === undefined ? calendar.before(running?.start ?? now) : known(asked);
    response.json(await handoverAnswer(shift, running));
  });

  router.post('/handover', ...jsonBody, async (request, response) => {
    const asked = readBody(handoverWrite, request.body, INVALID);
    response.status(201);
    if (asked.kind === 'note') {
      const note = await book.writeNote(known(asked.shift), asked.who, asked.note);
      response.json(noteAnswer(note));
      return;
    }
    checkLine(asked.line);
    const place = { line: asked.line, hourStart: hourStartOf(asked.hour) };
    response.json(answerOf(await book.setDone(place, asked.who, asked.done)));
  });

  const known = (id: string): Shift => {
    const shift = book.shiftOf(id);
    if (shift) return shift;
    const shown = JSON.stringify(id.slice(0, 100));
    const message = `there is no shift ${shown}; GET /api/shifts lists them`;
    throw new HttpError(404, 'unknownShift', message);
  };

  const handoverAnswer = async (
    shift: Shift | null,
    running: Shift | null,
  ): Promise<HandoverAnswer> => {
    const told = (other: Shift | null) => other && shiftAnswer(other);
    const state = { running: told(running), isRunning: shift?.id === running?.id };
    if (!shift) {
      const none = { lines: [], carried: [], notes: [], previous: null, next: null };
      return { shift: null, ...state, isRunning: false, ...none };
    }
    const { lines, carried, notes } = await book.handover(shift);
    const next = calendar.after(shift.end - 1);
    return {
      shift: shiftAnswer(shift),
      ...state,
      previous: told(calendar.before(shift.start)),
      next: told(next && next.start <= clock.now() ? next : null),
      lines: lines.map(handoverLineAnswer),
      carried: carried.map(gapAnswer),
      notes: notes.map(noteAnswer),
    };
  };

  return router;
}

function answerOf(result: HourInBook | WriteRefusal): ReturnType<typeof bookHourAnswer> {
  if ('row' in result) return bookHourAnswer(result);
  throw refusedBody(INVALID, [{ path: [result.path], message: result.message }]);
}
