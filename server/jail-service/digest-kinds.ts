/**
 * Hashes that a stored digest may name, in Node's words. New digests are of the first kind, older ones are held against the
 * kind they name: another one is put first, and one goes when nothing that is stored can name it any more.
 */
export const DIGEST_KINDS = ['sha256', 'sha3-256'] as const
export type DigestKind = (typeof DIGEST_KINDS)[number]

export const isDigestKind = (name: string): name is DigestKind => (DIGEST_KINDS as readonly string[]).includes(name)
