// Measures one line and prints its rows: `node measure-line.ts <its name and size, as JSON>`.

import { z } from "zod";
import { LINES } from "../lines/lines.ts";

const Asked = z.object({ name: z.string(), quick: z.boolean(), rounds: z.number() });

const { name, ...size } = Asked.parse(JSON.parse(process.argv[2] ?? ""));
const line = LINES.find((each) => each.name === name);
if (line === undefined) throw new Error(`there is no line "${name}"`);
process.stdout.write(`${JSON.stringify(await line.measure(size))}\n`);
