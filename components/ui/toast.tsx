'use client'

import { useTheme } from 'next-themes'
import { Toaster as Sonner, toast } from 'sonner'

/** Where notices appear. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      offset={{ bottom: 52, right: 16 }}
      mobileOffset={{ bottom: 120 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-3 font-sans rounded-md border border-line bg-floating px-4 py-3 text-text shadow-float sm:w-90',
          title: 'font-medium text-sm',
          description: 'text-text-second text-sm',
          icon: 'mt-0.5',
          error: '[&_[data-icon]]:text-bad-text',
          success: '[&_[data-icon]]:text-up-text',
          actionButton:
            'ml-auto shrink-0 self-center rounded-sm border border-control px-2 py-0.5 text-xs font-medium hover:bg-raised',
          content: 'min-w-0 flex-1',
        },
      }}
    />
  )
}

export { toast }
