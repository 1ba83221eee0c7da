import { knownIn, missingWords } from "../colony/known-definitions.ts";
import { openWithSettings } from "../colony/open-with-settings.ts";
import { unfinishedWords } from "../colony/unfinished.ts";
import type { CommandContext } from "../commands/command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { definitionsFor } from "../definitions/definitions-for.ts";
import { tell } from "../io/tell.ts";
import { homePath } from "../render/home-path.ts";
import { listenToSignals } from "../work/interrupts.ts";
import { leavingWords, leftBehindWords } from "../work/leaving.ts";
import { refusedAtOpening } from "../work/refused-letters.ts";
import { ChatScreen } from "./chat-screen.ts";
import { attachKeyboard } from "./keyboard.ts";

/** A chat on a terminal. Leaving it lets go of the colony; what was under way goes on the next time. */
export async function chatOnTerminal({ io, settings, paint }: CommandContext): Promise<number> {
  const { options, modelName, notices } = await definitionsFor(settings, io);
  const colony = await openWithSettings(settings, options);
  const knows = knownIn(options);
  const screen = new ChatScreen({ colony, output: io.stdout, paint, knows });
  const left = Promise.withResolvers<number>();
  // Ctrl-C is a key here; a signal comes from elsewhere, and asks the process to end.
  using signals = listenToSignals({ terminated: left.resolve }, io.output);
  {
    using terminal = new DisposableStack();
    terminal.use(attachKeyboard(io, screen));
    terminal.use(screen);
    const continuing =
      colony.state.blocks.length > 0 ? undefined : unfinishedWords(colony.agents().filter(knows));
    const missing = missingWords(colony.agents(), knows);
    screen.welcome([
      `${paint("bold", "Colony")} ${paint("dim", `${modelName} · ${homePath(settings.workspace.value, io.env["HOME"])} · /help for help`)}`,
      ...notices.map((notice) => paint("dim", notice)),
      ...(continuing === undefined ? [] : [paint("yellow", continuing)]),
      ...(missing === undefined ? [] : [paint("yellow", missing)]),
    ]);
    screen.tell(await refusedAtOpening(colony));
    void screen.closed.then(() => left.resolve(EXIT.success));
    await left.promise;
  }
  signals.leave();
  if (screen.isBusy) tell(io.stderr, leavingWords(colony.agents(), settings));
  await colony.close();
  const behind = leftBehindWords(colony.agents(), settings, { knows, blocks: colony.state.blocks });
  if (behind !== undefined) tell(io.stderr, behind);
  return await left.promise;
}
