import { SearchX } from 'lucide-react'
import { ButtonLink } from '@/components/ui/button.tsx'
import { EmptyState } from '@/components/ui/empty-state.tsx'

export default function PanelNotFound() {
  return (
    <EmptyState icon={SearchX} title="No such page" actions={<ButtonLink href="/jails">To the jails</ButtonLink>}>
      The address is wrong, or what it named is gone.
    </EmptyState>
  )
}
