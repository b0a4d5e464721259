import { assert, assertEquals, assertThrows } from "@std/assert";
import { gorp, type GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { gorpOptions, PROFILES, VARIANTS } from "../../lib/continual/methods/gorp_options.ts";

Deno.test("profiles set the switches of the method document", () => {
  const {
    side,
    projection,
    carrySpace,
    keepFullRank,
    rankRule,
    energyShare,
    projectInit,
    spaceSource,
    adapters,
  } = gorpOptions("aligned");
  assertEquals([side, projection, spaceSource, adapters], [
    "features",
    "input-preserving",
    "first-moment",
    "stack",
  ]);
  assertEquals([carrySpace, keepFullRank, rankRule, energyShare, projectInit], [
    true,
    true,
    "reach",
    0.9,
    true,
  ]);
  const paper = gorpOptions("paper");
  assertEquals([paper.side, paper.projection, paper.projectInit], ["rows", "two-sided", false]);
  assertEquals([paper.carrySpace, paper.keepFullRank, paper.rankRule], [true, true, "reach"]);
  const released = gorpOptions("released");
  assertEquals([released.side, released.projection, released.rankRule], ["rows", "one-sided", "stop-before"]);
  assertEquals([released.carrySpace, released.keepFullRank, released.projectInit], [false, false, false]);
  const covariance = gorpOptions("covariance");
  assertEquals([covariance.spaceSource, covariance.energyShare, covariance.side], [
    "covariance",
    0.95,
    "features",
  ]);
  for (const profile of PROFILES) {
    const { beta1, beta2, eps, weightDecay, loraRank, loraAlpha } = gorpOptions(profile);
    assertEquals([beta1, beta2, eps, weightDecay, loraRank, loraAlpha], [0.9, 0.999, 1e-6, 0, 8, 32]);
  }
});

Deno.test("an ablation leaves out the full-rank group, or the shared space, or both", () => {
  for (const profile of PROFILES) {
    for (const variant of VARIANTS) {
      const { lora, fullRank, label, startTask, endTask } = gorp({ profile, variant });
      assertEquals(fullRank !== null, variant.includes("+L"), `${profile} ${variant}`);
      assertEquals("space" in lora!.a.links, variant.endsWith("+S"));
      assertEquals(endTask !== undefined, variant.endsWith("+S"));
      assert(!("space" in lora!.b.links) && Object.keys(lora!.b.links).join() === "adam");
      if (fullRank) assertEquals("space" in fullRank.rule.links, variant.endsWith("+S"));
      const covariance = profile === "covariance" && variant.endsWith("+S");
      const links = [
        ...(covariance ? ["covariance"] : []),
        ...(variant.endsWith("+S") ? ["space"] : []),
        "adam",
      ];
      assertEquals(Object.keys(lora!.a.links), links);
      const projects = variant.endsWith("+S") && (profile === "aligned" || profile === "covariance");
      assertEquals(startTask !== undefined, projects);
      // B is the same in every profile.
      assertEquals(label, profile === "aligned" || variant === "B" ? variant : `${variant} (${profile})`);
    }
  }
});

Deno.test("options that do not act in a variant do not name its runs", () => {
  const options = (choice: GorpChoice) => JSON.stringify(gorp(choice).options);
  assertEquals(options({ profile: "paper", variant: "B" }), options({ profile: "aligned", variant: "B" }));
  assertEquals(options({ variant: "B", options: { energyShare: 0.5 } }), options({ variant: "B" }));
  assert(options({ variant: "B+S", options: { energyShare: 0.5 } }) !== options({ variant: "B+S" }));
  assert(options({ profile: "paper", variant: "B+L" }) !== options({ variant: "B+L" }));
  assert(options({ variant: "B", options: { weightDecay: 0.1 } }) !== options({ variant: "B" }));
});

Deno.test("wrong choices are named, with what there is", () => {
  const refused: [GorpChoice | Record<string, unknown>, string][] = [
    [
      { profile: "official" },
      'Unknown profile "official"; the profiles are paper, released, aligned, covariance.',
    ],
    [{ variant: "L" }, 'Unknown variant "L"; the variants are B, B+L, B+S, B+L+S.'],
    [{ options: { rank: 4 } }, 'GORP has no option "rank"; its options are adapters,'],
    [{ options: { toString: 4 } }, 'GORP has no option "toString"'],
    [{ options: { side: "left" } }, 'side must be one of rows, features; "left" was given.'],
    [{ options: { loraRank: 0 } }, "loraRank must be a whole number of at least 1; 0 was given."],
    [{ options: { projectionRank: 2.5 } }, "projectionRank must be a whole number"],
    [{ options: { loraLearningRate: -1 } }, "loraLearningRate must be at least 0; -1 was given."],
    [{ options: { eps: NaN } }, "eps must be at least 0; NaN was given."],
    [{ options: { beta1: Infinity } }, "beta1 must be at least 0; Infinity was given."],
    [{ options: { energyShare: 1.1 } }, "energyShare must be at most 1; 1.1 was given."],
    [{ options: { weightDecay: "0.1" } }, "weightDecay must be a number; 0.1 was given."],
    [{ options: { keepFullRank: 1 } }, "keepFullRank must be a boolean; 1 was given."],
    [{ options: { loraTargets: 3 } }, "loraTargets must be a pattern; 3 was given."],
    [{ profile: "paper", options: { projectInit: true } }, 'projectInit needs side "features"'],
  ];
  for (const [choice, message] of refused) {
    assertThrows(() => gorp(choice as GorpChoice), RangeError, message);
  }
});
