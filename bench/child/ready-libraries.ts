// Prints a line as soon as the libraries that everything here is built on are there.

import { Subject } from "rxjs";
import { z } from "zod";

const schema = z.object({});
const subject = new Subject();
subject.subscribe(() => process.stdout.write("ready\n"));
subject.next(schema.parse({}));
