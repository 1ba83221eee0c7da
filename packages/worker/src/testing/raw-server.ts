import { createServer, type AddressInfo, type Socket } from "node:net";

/** Something on this machine that takes connections and says on them what it likes. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Connections that were made. */
  connections(): number;
  /** Connections that are open on either side. */
  open(): number;
}

/** Starts one; it is handed each connection once the first words of a request have come. */
export async function openRawServer(answer: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once("close", () => void sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("end", () => void socket.end());
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    connections: () => connections,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
