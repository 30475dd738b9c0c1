/** Where the jail service's Unix socket is; main.ts sets it before Next loads a page. */
export const socketPath = (): string => process.env.CELLBLOCK_SOCKET ?? ''
