/** A thread of `replicated_subjects.ts`. */
import { keepToCores } from "../lib/continual/replicas/core_share.ts";
import { ReplicaGroup } from "../lib/continual/replicas/replica_group.ts";
import { openGpu } from "../lib/gpu/gpu.ts";
import type { ReplicaTask } from "./replicated_subjects.ts";
import { Subject } from "./step_subject.ts";

const home = self as unknown as MessagePort;
let opened: Promise<Subject[]>;

async function open({ seat, cores, choices }: ReplicaTask): Promise<Subject[]> {
  keepToCores(cores);
  const gpu = await openGpu({ threads: "one" });
  const group = new ReplicaGroup(seat);
  return choices.map(({ profile, variant }) => new Subject(gpu, profile, variant, group));
}

home.onmessage = async ({ data }: MessageEvent<ReplicaTask | "run">) => {
  if (data !== "run") return void (opened = open(data));
  const subjects = await opened;
  home.postMessage(subjects.map((subject) => {
    subject.times.length = 0;
    subject.run();
    return subject.times;
  }));
};
