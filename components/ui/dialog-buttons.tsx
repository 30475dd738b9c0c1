import { Button, type ButtonProps } from './button.tsx'

interface DialogButtonsProps extends Pick<ButtonProps, 'pending' | 'disabledReason' | 'autoFocus'> {
  /** What the form does, as a verb. */
  submit: string
  variant?: 'primary' | 'danger'
  onCancel: () => void
}

/** The last line of a form in a dialog: cancel, and what it does. */
export function DialogButtons({ submit, variant = 'primary', onCancel, ...button }: DialogButtonsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" variant={variant} {...button}>
        {submit}
      </Button>
    </div>
  )
}
