/** Header in which proxy.ts tells the pages which address was asked for; a visitor's own is dropped in main.ts. */
export const REQUESTED_PATH_HEADER = 'x-cellblock-path'
