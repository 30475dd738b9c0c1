import { Skeleton, SkeletonRows } from '@/components/ui/skeleton.tsx'

export default function Loading() {
  return (
    <>
      <div className="flex h-[60px] shrink-0 items-center border-b border-line bg-bg px-5">
        <Skeleton className="h-5 w-32" />
      </div>
      <SkeletonRows />
    </>
  )
}
