/** Saves a changed shift onto the newest plan; only somebody else's change of the same thing stands in its way. */

import { changesInWords, namesIn } from '../plan/change-words.ts';
import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import type { PlanRequests, SaveAnswer } from '../plan/plan-requests.ts';
import { touches, withShiftChange, type ShiftChange } from './change.ts';

export interface Reasons {
  readonly who: string;
  readonly why: string;
}

export type SurgeSaved =
  | { readonly ok: true; readonly version: number }
  | {
      readonly ok: false;
      /** One sentence for each thing that stands in the way. */
      readonly problems: readonly string[];
      /** The plan that these sentences tell of: who saves again has seen it. */
      readonly seen: SeenPlan;
    };

/** A plan as whoever decides has seen it. */
export type SeenPlan = Pick<PlanAnswer, 'version' | 'plan'>;

/**
 * Saves nothing once the shift is over: by then it is another one that runs.
 *
 * @param seen the plan as it was when the form was opened, or as it was told since
 * @param now tells the time, epoch ms
 * @throws with a sentence for a person when the server cannot be asked
 */
export async function saveShiftChange(
  requests: Pick<PlanRequests, 'save'>,
  seen: SeenPlan,
  change: ShiftChange,
  reasons: Reasons,
  now: () => number,
): Promise<SurgeSaved> {
  let { version: base, plan } = seen;
  for (;;) {
    if (now() >= change.shift.end) {
      return { ok: false, problems: [overWords(change)], seen };
    }
    const wanted = withShiftChange(plan, change);
    const answer: SaveAnswer = await requests.save({ base, from: 'now', ...reasons, plan: wanted });
    if (answer.name === 'saved') return { ok: true, version: answer.version };
    if (answer.name === 'invalid') {
      return {
        ok: false,
        problems: answer.problems.map(({ path, message }) => `${path.join(' ')}: ${message}`),
        seen,
      };
    }
    const theirs = answer.versions.filter(({ changes }) => touches(changes, change));
    if (theirs.length > 0) {
      const names = namesIn(plan, answer.plan);
      return {
        ok: false,
        problems: theirs.map(
          ({ who, changes }) =>
            `${who} changed this meanwhile: ${changesInWords(changes, names).join('; ')}. Save again to put yours over it.`,
        ),
        seen: { version: answer.version, plan: answer.plan },
      };
    }
    ({ version: base, plan } = answer);
  }
}

function overWords({ shift }: ShiftChange): string {
  return `${shift.name} is over, and nothing is saved: close this, and change the shift that runs now or the plan`;
}
