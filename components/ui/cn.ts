import { cx } from 'class-variance-authority'
import { twMerge } from 'tailwind-merge'

/** Joins class names; of two that set the same property the later one stays. */
export const cn = (...classes: Parameters<typeof cx>): string => twMerge(cx(classes))
