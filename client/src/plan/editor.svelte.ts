/** The plan on the page: what it is, what somebody is making of it, and what is wrong with that. */

import {
  EMPTY_PLAN,
  planChanges,
  withChanges,
  type PlanChange,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { PlanAnswer, PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { createContext } from 'svelte';
import { problemsOf } from './checks.ts';
import { draftOf, type DemandDraft, type Draft, type DraftList } from './draft.ts';
import { dropDraft, keepDraft, keptDraft, type KeptDraft } from './kept-draft.ts';
import type { PlanRequests, SaveAnswer } from './plan-requests.ts';
import { fieldOf } from './problems.ts';
import { decided, rebase, type Conflict, type Rebased } from './rebase.ts';
import { warningsOf } from './warnings.ts';
import { changesTo, planOf, sentPlan } from './written.ts';

/** Others saved first: what they did, and where both changed the same entry. */
export interface Meanwhile extends Rebased {
  readonly version: number;
  readonly versions: readonly PlanVersionEntry[];
  readonly latest: WrittenPlan;
}

interface Removed {
  readonly list: DraftList;
  readonly index: number;
  readonly entry: Draft[DraftList][number];
  /** What a removed line was to make from today on. */
  readonly demand: readonly DemandDraft[];
}

export interface Reasons {
  readonly who: string;
  readonly why: string;
  /** `now`, or an instant as ISO 8601. */
  readonly from: string;
}

function firstMessages(problems: readonly Problem[]): Map<string, string> {
  return new Map(problems.toReversed().map(({ path, message }) => [fieldOf(path), message]));
}

export class PlanEditor {
  readonly requests: PlanRequests;
  readonly #zone: string;
  readonly #today: () => string;
  draft: Draft = $state(draftOf(EMPTY_PLAN));
  base: WrittenPlan = $state.raw(EMPTY_PLAN);
  /** What the plant file says otherwise. */
  fileChanges: readonly PlanChange[] = $state.raw([]);
  /** Unsaved work of an earlier visit. */
  offered: KeptDraft | null = $state.raw(null);
  meanwhile: Meanwhile | null = $state.raw(null);
  removed: Removed | null = $state.raw(null);
  isOpen = $state(false);
  /** Somebody asked to save: from then on every mistake is shown. */
  tried = $state(false);
  #version = $state(0);
  #began = $state.raw('');
  #told: readonly Problem[] = $state.raw([]);

  /**
   * @param zone the time zone that a new plant most likely is in
   * @param today local date at the plant
   */
  constructor(requests: PlanRequests, zone: string, today: () => string) {
    this.requests = requests;
    this.#zone = zone;
    this.#today = today;
  }

  readonly changes: readonly PlanChange[] = $derived.by(() => changesTo(this.base, this.draft));
  readonly problems: readonly Problem[] = $derived.by(() => [
    ...problemsOf(this.draft, this.#today()),
    ...this.#told,
  ]);
  /** The first message of each field. */
  readonly messages: ReadonlyMap<string, string> = $derived.by(() => firstMessages(this.problems));
  /** What is most likely not meant at a field, and can be saved all the same. */
  readonly warnings: ReadonlyMap<string, string> = $derived.by(() =>
    firstMessages(warningsOf(this.draft, this.#today())),
  );
  readonly isTouched: boolean = $derived.by(() => JSON.stringify(this.draft) !== this.#began);

  /** Local date at the plant, `YYYY-MM-DD`. */
  get today(): string {
    return this.#today();
  }

  get version(): number {
    return this.#version;
  }

  get plan(): WrittenPlan {
    return planOf(this.draft);
  }

  async load(): Promise<void> {
    const answer = await this.requests.plan();
    const kept = keptDraft();
    this.#open(answer);
    this.offered = kept;
  }

  /**
   * Goes on with what an earlier visit left, on top of the plan as it is by now, so that the review
   * shows all that it changes: a version of the same number may be another one after a restore.
   */
  resume(): void {
    if (!this.offered) return;
    const { base, draft } = this.offered;
    this.offered = null;
    const latest = this.base;
    const isSame = planChanges(base, latest).length === 0;
    const onTop = (): WrittenPlan => withChanges(latest, changesTo(base, draft));
    this.#begin(this.#version, latest, isSame ? draft : draftOf(onTop(), latest));
    this.#began = '';
  }

  /** Forgets what an earlier visit left. */
  decline(): void {
    this.offered = null;
    if (!this.isTouched) dropDraft();
  }

  /** Back to the plan as it is. */
  discard(): void {
    this.#begin(this.#version, this.base, this.#draftOfBase());
    this.#drop();
  }

  keep(at: number): void {
    // What is offered stays until somebody took or declined it.
    if (!this.isOpen || !this.isTouched || this.offered) return;
    const [version, draft] = [this.#version, $state.snapshot<Draft>(this.draft)];
    keepDraft({ at, version, base: this.base, draft });
  }

  #drop(): void {
    if (!this.offered) dropDraft();
  }

  add<List extends DraftList>(list: List, ...entries: Draft[List]): void {
    (this.draft[list] as unknown[]).push(...entries);
    this.removed = null;
  }

  /** Takes an entry out; with a line goes what it was to make from today on. */
  remove(list: DraftList, index: number): void {
    const [entry] = this.draft[list].splice(index, 1);
    if (entry) {
      const demand = list === 'lines' && 'id' in entry ? this.#removeDemand(entry.id) : [];
      this.removed = { list, index, entry: $state.snapshot(entry), demand };
    }
    this.#told = [];
  }

  #removeDemand(line: string): readonly DemandDraft[] {
    const today = this.#today();
    const goes = (demand: DemandDraft): boolean => demand.line === line && demand.date >= today;
    const gone = this.draft.demand.filter(goes);
    if (gone.length > 0) this.draft.demand = this.draft.demand.filter((each) => !goes(each));
    return $state.snapshot(gone);
  }

  /** Puts back what was removed last. */
  restore(): void {
    if (!this.removed) return;
    const { list, index, entry, demand } = this.removed;
    (this.draft[list] as unknown[]).splice(index, 0, entry);
    this.draft.demand.push(...demand);
    this.removed = null;
  }

  /** What the server told of a field holds until it is written anew. */
  rewritten(field: string): void {
    this.#told = this.#told.filter(({ path }) => fieldOf(path) !== field);
  }

  /** Makes another plan of the draft, such as an imported one. */
  write(plan: WrittenPlan): void {
    this.draft = draftOf(plan, this.base);
    this.#told = [];
  }

  takeFileChanges(): void {
    this.write(withChanges(sentPlan(this.base, this.draft), this.fileChanges));
    this.fileChanges = [];
  }

  async save(reasons: Reasons): Promise<SaveAnswer> {
    const plan = sentPlan(this.base, this.draft);
    const answer = await this.requests.save({ base: this.#version, plan, ...reasons });
    if (answer.name === 'saved') {
      this.#drop();
      this.#open(await this.#saved(answer.version));
    } else if (answer.name === 'invalid') {
      this.#told = answer.problems.filter(({ path }) => !isReason(path));
      this.tried = true;
    } else {
      const { version, versions, plan: latest } = answer;
      const rebased = rebase(this.base, this.changes, latest);
      this.meanwhile = { ...rebased, version, versions, latest };
    }
    return answer;
  }

  /** The plan once it was saved: whoever cannot read it is not to think that it was not. */
  async #saved(version: number): Promise<PlanAnswer> {
    try {
      return await this.requests.plan();
    } catch (cause) {
      const message = `Saved as version ${version}, but the plan could not be read anew: load this page again.`;
      throw new Error(message, { cause });
    }
  }

  /** Goes on from the newest plan, with my changes on it. */
  goOn(isMine: (conflict: Conflict) => boolean): void {
    if (!this.meanwhile) return;
    const { version, latest } = this.meanwhile;
    const draft = draftOf(decided(this.meanwhile, isMine), latest);
    this.#begin(version, latest, draft);
    this.#began = '';
  }

  #open({ version, plan, fileChanges }: PlanAnswer): void {
    this.base = plan;
    this.fileChanges = fileChanges ?? [];
    this.#begin(version, plan, this.#draftOfBase());
    this.isOpen = true;
  }

  #begin(version: number, base: WrittenPlan, draft: Draft): void {
    this.#version = version;
    this.base = base;
    this.draft = draft;
    this.#began = JSON.stringify(draft);
    this.#told = [];
    this.tried = false;
    this.removed = null;
    this.meanwhile = null;
  }

  /** A plant of which nothing is known yet is most likely where its first reader is. */
  #draftOfBase(): Draft {
    const draft = draftOf(this.base);
    const isBlank = [this.base.shifts, this.base.lines, this.base.products].every(
      ({ length }) => length === 0,
    );
    if (isBlank && draft.plant.timeZone === 'UTC') draft.plant.timeZone = this.#zone;
    return draft;
  }
}

/** Whether a problem is one of who, why and from when. */
export function isReason([field]: Problem['path']): boolean {
  return field === 'who' || field === 'why' || field === 'from';
}

export const [planEditor, setPlanEditor] = createContext<PlanEditor>();
