import { Button } from './button.tsx'

interface LoadMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  label: string
}

/** The end of a list that has more. */
export function LoadMore({ query, label }: LoadMoreProps) {
  if (!query.hasNextPage) return null
  return (
    <div className="flex justify-center p-4">
      <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label}
      </Button>
    </div>
  )
}
