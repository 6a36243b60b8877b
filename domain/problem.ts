/** How the server says what is wrong: one shape for every refusal, and for every mistake in what was sent. */

/** Where in what was sent or written, as in its JSON: `lines`, 2, `target`. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  /** A sentence, or the end of one that begins with the field's label. */
  readonly message: string;
}

/** Every answer over HTTP that is no success. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    /** Says what to do instead. */
    readonly message: string;
  };
  /** Of what was sent, where that is why. */
  readonly problems?: readonly Problem[];
}
