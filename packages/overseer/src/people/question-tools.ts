import {
  MAX_QUESTIONS,
  checkStandard,
  jsonSchemaOf,
  questionsProblem,
  type AskedQuestions,
  type Question,
  type Tool,
} from "@colony/core";
import { z } from "zod";

/** The tool by which an agent asks the person. */
export const ASK_USER_TOOL = "ask_user";
/** The tool by which a worker asks whoever spawned it. */
export const ESCALATE_TOOL = "escalate";

const LONGEST_WAIT_S = 30 * 24 * 3_600;

const QuestionInput = z.object({
  id: z.string().min(1).max(64).optional().describe("Names the question in the answer; default q1, q2 ..."),
  question: z.string().min(1).max(4_000),
  options: z
    .array(z.string().min(1).max(500))
    .min(1)
    .max(20)
    .optional()
    .describe("What to choose from; leave it out where any text will do."),
  freeform: z
    .boolean()
    .optional()
    .describe("Whether another text than the options is an answer too; default true."),
  default: z.string().min(1).max(4_000).optional().describe("What counts where nobody answers in time."),
});

const AskInput = z.object({
  questions: z.array(QuestionInput).min(1).max(MAX_QUESTIONS),
  timeoutSeconds: z
    .number()
    .positive()
    .max(LONGEST_WAIT_S)
    .optional()
    .describe("After this long defaults count. Without it the answer is waited for, however long it takes."),
});

/** Asks people something; nothing of the execution runs until they have answered, not even over days. */
export const askUserTool: Tool = questionTool({
  name: ASK_USER_TOOL,
  of: "user",
  description: `Ask the person you work for, up to ${MAX_QUESTIONS} questions at once, and wait for the answers. Only for what you cannot find out or decide yourself.`,
});

/** Asks the parent of a worker; one without a parent asks the person. */
export const escalateTool: Tool = questionTool({
  name: ESCALATE_TOOL,
  of: "parent",
  description: `Ask whoever gave you your task, up to ${MAX_QUESTIONS} questions at once, and wait for the answers. Only where you cannot go on well without.`,
});

/** Made when a model is told of them. */
let askSchema: Tool["inputSchema"] | undefined;

function questionTool({
  name,
  description,
  of,
}: Pick<Tool, "name" | "description"> & Pick<AskedQuestions, "of">): Tool {
  return {
    name,
    description,
    get inputSchema() {
      return (askSchema ??= jsonSchemaOf(AskInput, `tool "${name}"`));
    },
    effect: "pure",
    group: "people",
    timeoutMs: 60_000,
    validate(input) {
      const parsed = AskInput.safeParse(input);
      if (!parsed.success) return checkStandard(AskInput, input);
      const asked = askedOf(parsed.data, of);
      const problem = questionsProblem(asked.questions);
      return problem === undefined ? { value: asked } : { problem };
    },
    asks: (input) => input as AskedQuestions,
    run: () => Promise.reject(new Error(`"${name}" is answered by people and never run`)),
  };
}

function askedOf(
  { questions, timeoutSeconds }: z.infer<typeof AskInput>,
  of: AskedQuestions["of"],
): AskedQuestions {
  return {
    of,
    expiresInMs: timeoutSeconds === undefined ? null : timeoutSeconds * 1_000,
    questions: questions.map(({ id, question, options, freeform, default: answer }, index): Question => ({
      id: id ?? `q${index + 1}`,
      text: question,
      ...(options === undefined ? {} : { options }),
      ...(freeform === undefined ? {} : { freeform }),
      ...(answer === undefined ? {} : { default: answer }),
    })),
  };
}
