import { defineTool, type Tool, type ToolEffect } from "@colony/core";
import { createGate, type Gate } from "@colony/testkit";
import { z } from "zod";

/** A tool that says its text again. */
export const echo: Tool = defineTool({
  name: "echo",
  description: "Says it again.",
  input: z.object({ text: z.string() }),
  effect: "pure",
  run: ({ text }) => `echo ${text}`,
});

/** A tool whose calls go on until a test lets each one through. */
export interface GatedTool {
  readonly tool: Tool;
  /** Inputs of calls that have begun, in order. */
  readonly begun: string[];
  /** What is at work now. */
  readonly running: Set<string>;
  readonly gate: (text: string) => Gate;
  /** Signals and keys that calls were given. */
  readonly signals: AbortSignal[];
  readonly callKeys: string[];
}

/** Makes a tool named by its effect unless told otherwise; it heeds its signal unless it is deaf. */
export function gatedTool(
  effect: ToolEffect,
  options: { readonly name?: string; readonly deaf?: boolean; readonly timeoutMs?: number } = {},
): GatedTool {
  const begun: string[] = [];
  const running = new Set<string>();
  const signals: AbortSignal[] = [];
  const callKeys: string[] = [];
  const gates = new Map<string, Gate>();
  const gate = (text: string): Gate => {
    const there = gates.get(text) ?? createGate();
    gates.set(text, there);
    return there;
  };
  const tool = defineTool({
    name: options.name ?? effect,
    description: `A tool that waits (${effect}).`,
    input: z.object({ text: z.string() }),
    effect,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    async run({ text }, { signal, callKey }) {
      begun.push(text);
      running.add(text);
      signals.push(signal);
      callKeys.push(callKey);
      const { promise, reject } = Promise.withResolvers<never>();
      const abort = (): void => reject(new Error("stopped as told"));
      if (options.deaf !== true) signal.addEventListener("abort", abort, { once: true });
      try {
        await Promise.race([gate(text).opened, promise]);
      } finally {
        running.delete(text);
        signal.removeEventListener("abort", abort);
      }
      return `${text} done`;
    },
  });
  return { tool, begun, running, gate, signals, callKeys };
}
