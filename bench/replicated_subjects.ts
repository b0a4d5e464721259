/** Training steps that are carried out by replicas, for `training_step_bench.ts`. */
import type { Profile, Variant } from "../lib/continual/methods/gorp_options.ts";
import { type ReplicaSeat, replicaSeats } from "../lib/continual/replicas/replica_group.ts";
import { coreShare } from "../lib/continual/replicas/core_share.ts";

/** Which step, and the milliseconds that it took. */
interface ReplicatedSubject {
  readonly profile: Profile;
  readonly variant: Variant;
  readonly times: number[];
}

/** What a thread is given: its seat, and the steps that it will run. */
export interface ReplicaTask {
  readonly seat: ReplicaSeat;
  readonly cores: readonly number[];
  readonly choices: readonly { readonly profile: Profile; readonly variant: Variant }[];
}

/** Threads that run the same steps together when they are told to. */
export class ReplicatedSubjects implements Disposable {
  readonly subjects: readonly ReplicatedSubject[];
  readonly #threads: readonly Worker[];

  constructor(choices: ReplicaTask["choices"], replicas: number) {
    this.subjects = choices.map((choice) => ({ ...choice, times: [] }));
    this.#threads = replicaSeats(replicas).map((seat) => {
      const thread = new Worker(import.meta.resolve("./step_replica.ts"), { type: "module" });
      const cores = coreShare(seat.rank, replicas);
      thread.postMessage({ seat, cores, choices } satisfies ReplicaTask);
      return thread;
    });
  }

  /** Runs all steps, and takes the times of the first replica. */
  async run(): Promise<void> {
    const done = this.#threads.map((thread) =>
      new Promise<number[][]>((resolve, reject) => {
        thread.onmessage = ({ data }) => resolve(data);
        thread.onerror = ({ message }) => reject(new Error(message));
        thread.postMessage("run");
      })
    );
    const [times] = await Promise.all(done);
    this.subjects.forEach((subject, i) => subject.times.push(...times[i]));
  }

  [Symbol.dispose](): void {
    for (const thread of this.#threads) thread.terminate();
  }
}
