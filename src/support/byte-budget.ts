interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Memory that pieces of work share: each says how many bytes it is going to hold and waits until they are free. Work
 * starts in the order it was asked for, so that something large is not overtaken for ever by what is small. What is
 * larger than the whole budget waits until it is alone.
 *
 * Work must not ask the budget that it runs in for more: it would wait for itself.
 */
export class ByteBudget {
  readonly #limit: number;
  readonly #queue: Waiting[] = [];
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when `bytes` are free, and frees them when it ends, well or not. */
  async run<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const share = Math.min(bytes, this.#limit);
    await this.#take(share);
    try {
      return await work();
    } finally {
      this.#held -= share;
      this.#startNext();
    }
  }

  async #take(bytes: number): Promise<void> {
    await new Promise<void>((start) => {
      this.#queue.push({ bytes, start });
      this.#startNext();
    });
  }

  #startNext(): void {
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined || this.#held + first.bytes > this.#limit) return;
      this.#queue.shift();
      this.#held += first.bytes;
      first.start();
    }
  }
}
