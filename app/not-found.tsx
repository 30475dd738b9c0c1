import { ButtonLink } from '@/components/ui/button.tsx'
import { Door } from '@/components/ui/door.tsx'

export default function NotFound() {
  return (
    <Door title="No such page" description="The address is wrong, or what it named is gone.">
      <ButtonLink href="/">To the panel</ButtonLink>
    </Door>
  )
}
