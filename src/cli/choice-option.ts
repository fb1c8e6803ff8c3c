import { Option } from 'commander';
import { quoteWord, UsageError } from './io.ts';

/** Returns an option that takes one of these words. Its help and the shell completion list them. */
export function choiceOption<T extends string>(
  flags: string,
  description: string,
  choices: readonly T[],
): Option {
  const option = new Option(flags, description).choices(choices);
  return option.argParser((text: string): T => {
    const word = choices.find((each) => each === text);
    if (word !== undefined) return word;
    throw new UsageError(`${option.long} must be one of ${choices.join(', ')}, not ${quoteWord(text)}`);
  });
}
