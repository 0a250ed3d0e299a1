import { PlanError } from "./problems.ts";
import { FORMAT, VERSION } from "./types.ts";

/** One step of the chain: takes a document of version `from` and returns one of version from+1. Pure. */
export interface Migration {
  readonly from: number;
  /** What changed, in one line, for the release notes. */
  readonly about: string;
  readonly up: (document: Record<string, unknown>) => Record<string, unknown>;
}

/**
 * Every step since version 1, in order. A step is never edited after a release: files of that version exist.
 * migrations.test.ts fails on a step that has no test of its own.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    from: 1,
    about: "Rakes of levels and sections and heights of shapes may be given; a document of version 1 says nothing of them.",
    up: (document) => document,
  },
];

/** Brings a document to the newest version. Throws PlanError for what is no plan or is newer than this program. */
export function migrate(value: unknown, chain: readonly Migration[] = MIGRATIONS, newest: number = VERSION): unknown {
  const head = value as { format?: unknown; version?: unknown } | null;
  if (typeof head !== "object" || head === null || head.format !== FORMAT) {
    throw new PlanError([{ severity: "error", code: "plan.format", path: "format", args: [] }]);
  }
  const version = head.version;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > newest) {
    throw new PlanError([{ severity: "error", code: "plan.version", path: "version", args: [String(version).slice(0, 20), newest] }]);
  }
  let document = value as Record<string, unknown>;
  for (let at = version; at < newest; at++) {
    const step = chain.find((m) => m.from === at);
    if (step === undefined) throw new Error(`no migration from plan version ${at}`);
    document = { ...step.up(document), version: at + 1 };
  }
  return document;
}

/** What is wrong with a chain: a gap, a double, or a step that no test names. Used by the test of the chain. */
export function chainFaults(chain: readonly Migration[], newest: number, testedFrom: readonly number[]): string[] {
  const faults: string[] = [];
  for (let at = 1; at < newest; at++) {
    const steps = chain.filter((m) => m.from === at).length;
    if (steps !== 1) faults.push(`version ${at} has ${steps} steps, wants 1`);
    if (!testedFrom.includes(at)) faults.push(`the step from version ${at} has no test`);
  }
  for (const m of chain) if (m.from < 1 || m.from >= newest) faults.push(`a step from version ${m.from} leads nowhere`);
  return faults;
}
