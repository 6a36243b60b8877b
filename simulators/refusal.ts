/** A reason to stop that a person can act on: shown as a sentence, without a stack. */

export class Refusal extends Error {
  override readonly name = 'Refusal';
}
