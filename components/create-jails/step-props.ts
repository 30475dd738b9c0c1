import type { WizardValues } from './wizard-values.ts'
import type { WizardWorld } from './wizard-world.ts'

/** What every step of the wizard gets. */
export interface StepProps {
  values: WizardValues
  set: (values: Partial<WizardValues>) => void
  /** What is wrong with a field, once it may be said: while one types, not before one has. */
  problem: (path: string) => string | undefined
  world: WizardWorld
}
