/** The steps of a remedy as one text: a single step as it is, several as numbered lines. */
export function joinSteps(steps: readonly string[]): string {
  const [first = '', ...more] = steps;
  return more.length === 0 ? first : steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}
