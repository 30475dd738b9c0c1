import { notFound } from 'next/navigation'

/** Addresses that no page has: told inside the shell. */
export default function Missing() {
  notFound()
}
