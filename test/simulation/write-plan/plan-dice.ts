/**
 * The mishaps of the write plan's simulation: an agent does as much in a second as an API in a minute, and has them less
 * often by as much.
 */
import { createFaultDice, type FaultDice } from '../faults/fault-dice.ts';
import { mishapNames, type SimulationOptions, spellNames } from '../faults/fault-options.ts';
import { planMishapNames, type WritePlanOptions } from './options.ts';

export interface PlanDice {
  readonly ofApi: FaultDice;
  readonly ofAgent: FaultDice;
  readonly putAway: () => void;
  readonly faults: FaultDice['faults'];
}

export const createPlanDice = (
  faults: WritePlanOptions['faults'],
  onDisturbed: (words: string) => void,
  tell: (words: string) => void,
): PlanDice => {
  const none = Object.fromEntries([...spellNames, ...mishapNames].map((name) => [name, 0]));
  const mishaps = Object.fromEntries(planMishapNames.map((name) => [name, faults[name]]));
  const ofApi = createFaultDice({ ...none, ...mishaps } as SimulationOptions['faults'], tell);
  const strikes: FaultDice['strikes'] = (mishap, random) => {
    const isOfSteps = mishap === 'crash' || mishap === 'pause';
    const isHit = ofApi.strikes(mishap, random, isOfSteps ? agentShare : agentRequestShare);
    if (isHit && isOfSteps) onDisturbed(`an agent: ${mishap}`);
    return isHit;
  };
  return { ofApi, ofAgent: { ...ofApi, strikes }, putAway: ofApi.putAway, faults: ofApi.faults };
};

const agentShare = 0.01;
const agentRequestShare = 0.2;
