/** A session that is not used ends after this, in seconds (security.md, section 3). */
export const SESSION_IDLE_S = 30 * 60
/** Use of a session is noted no more often than this, in seconds. */
export const SESSION_TOUCH_S = 60
/** A session ends this long after its login, used or not, in seconds. */
export const SESSION_ABSOLUTE_S = 12 * 60 * 60
/** Sessions that a user may have at once; a login beyond that ends the one that was not used for longest. */
export const SESSIONS_PER_USER = 10
